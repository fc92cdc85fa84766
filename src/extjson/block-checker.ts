import { createWasmChecker } from './checker-wasm.ts';
import type { BlockChecker } from './contract.ts';

/** The quickest checker that this machine can run: WebAssembly, and where that cannot be had plain TypeScript, as with encoders. */
export async function createBlockChecker(): Promise<BlockChecker> {
  try {
    return createWasmChecker();
  } catch {
    const { TypeScriptChecker } = await import('./transcoder-ts/checker.ts');
    return new TypeScriptChecker();
  }
}
