import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import asc from 'assemblyscript/asc';

const FLAGS = ['-O3', '--runtime', 'stub', '--enable', 'simd', '--enable', 'bulk-memory', '--use', 'abort='];
const PAGE = 65536;

/** AssemblyScript modules compiled for a test, with a stretch of memory that they do not use themselves. */
export interface CompiledModules {
  readonly memory: WebAssembly.Memory;
  /** Address of the first free byte. */
  readonly free: number;
  /** @throws when no function of that name is exported. */
  call(name: string, ...values: number[]): number;
}

/**
 * Compiles modules by themselves, with whatever they export.
 * @param root folder that the entry files are relative to. @param freeBytes how much memory to leave for the test.
 */
export async function compileAssemblyScript(
  root: string,
  entries: readonly string[],
  freeBytes: number,
): Promise<CompiledModules> {
  let binary: Uint8Array<ArrayBuffer> | undefined;
  const { error } = await asc.main([...entries, '-o', 'module.wasm', ...FLAGS], {
    readFile: (name, base) => readFile(join(root, base, name), 'utf8').catch(() => null),
    writeFile: (_name, contents) => {
      if (typeof contents !== 'string') binary = Uint8Array.from(contents);
    },
    listFiles: () => [],
  });
  if (error !== null) throw error;
  if (binary === undefined) throw new Error('AssemblyScript wrote no module');
  const instance = new WebAssembly.Instance(new WebAssembly.Module(binary));
  const memory = instance.exports['memory'];
  if (!(memory instanceof WebAssembly.Memory)) throw new Error('the module exports no memory');
  const free = memory.grow(Math.ceil(freeBytes / PAGE)) * PAGE;
  return {
    memory,
    free,
    call(name, ...values) {
      const exported = instance.exports[name];
      if (typeof exported !== 'function') throw new Error(`the module exports no function ${name}`);
      const result: unknown = Reflect.apply(exported, undefined, values);
      return typeof result === 'number' ? result >>> 0 : 0;
    },
  };
}
