/**
 * The part of the WebAssembly JavaScript API (https://www.w3.org/TR/wasm-js-api-2/) that the engine uses. TypeScript's
 * es2024 and Node's types do not declare it, and the browser's types would declare much that Node does not have.
 */
declare namespace WebAssembly {
  class Module {
    constructor(bytes: ArrayBuffer | ArrayBufferView<ArrayBuffer>);
    readonly [Symbol.toStringTag]: 'WebAssembly.Module';
  }

  class Instance {
    constructor(module: Module, imports?: Readonly<Record<string, Readonly<Record<string, unknown>>>>);
    readonly exports: Readonly<Record<string, unknown>>;
  }

  class Memory {
    /** @param limits in pages of 64 KiB. */
    constructor(limits: { readonly initial: number; readonly maximum?: number });
    readonly buffer: ArrayBuffer;
    /** @returns the former size in pages. */
    grow(pages: number): number;
  }

  class Global {
    value: unknown;
  }

  function validate(bytes: ArrayBuffer | ArrayBufferView<ArrayBuffer>): boolean;
}
