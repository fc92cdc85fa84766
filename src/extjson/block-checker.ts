import { createWasmChecker } from './checker-wasm.ts';
import type { BlockChecker } from './contract.ts';

/**
 * Creates the fastest checker that this machine can run: WebAssembly, or plain TypeScript if WebAssembly is not
 * available.
 */
export async function createBlockChecker(): Promise<BlockChecker> {
  try {
    return createWasmChecker();
  } catch {
    const { TypeScriptChecker } = await import('./transcoder-ts/checker.ts');
    return new TypeScriptChecker();
  }
}
