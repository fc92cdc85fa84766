import type { DocumentParser, ParserOptions } from './contract.ts';
import { ExtendedJsonError } from './extended-json-error.ts';
import { createWasmParser } from './parser-wasm.ts';

/**
 * Creates the fastest parser of lines of Extended JSON that this machine can run: WebAssembly, or plain TypeScript if
 * WebAssembly is not available.
 */
export async function createDocumentParser(options: ParserOptions = {}): Promise<DocumentParser> {
  const { createTypeScriptParser } = await import('./parser-ts/parser.ts');
  let fast: DocumentParser;
  try {
    fast = createWasmParser();
  } catch {
    return createTypeScriptParser(options);
  }
  if (options.lookAlikes !== 'keep') return fast;
  let keeping: DocumentParser | undefined;
  return {
    parse(json) {
      try {
        return fast.parse(json);
      } catch (thrown) {
        if (!(thrown instanceof ExtendedJsonError)) throw thrown;
        // Look-alikes are rare, so the fast parser need not know them.
        keeping ??= createTypeScriptParser(options);
        return keeping.parse(json);
      }
    },
  };
}
