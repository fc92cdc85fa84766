import type { DocumentParser } from './contract.ts';
import { createWasmParser } from './parser-wasm.ts';

/**
 * Creates the fastest parser of lines of Extended JSON that this machine can run: WebAssembly, or plain TypeScript if
 * WebAssembly is not available.
 */
export async function createDocumentParser(): Promise<DocumentParser> {
  try {
    return createWasmParser();
  } catch {
    const { createTypeScriptParser } = await import('./parser-ts/parser.ts');
    return createTypeScriptParser();
  }
}
