import type { BlockEncoder, ExtendedJsonMode } from './contract.ts';
import { createWasmBlockEncoder } from './encoder-wasm.ts';

/**
 * Creates the fastest encoder that this machine can run: WebAssembly, or plain TypeScript with zlib if WebAssembly is
 * not available (no SIMD, no compiler as under `--jitless`, no memory). Plain TypeScript takes several times as long.
 */
export async function createBlockEncoder(mode: ExtendedJsonMode): Promise<BlockEncoder> {
  try {
    return createWasmBlockEncoder(mode);
  } catch {
    // The fallback is imported late, because threads that do not need it start sooner.
    const [{ createZlibBlockEncoder }, { createTypeScriptTranscoder }] = await Promise.all([
      import('./gzip/zlib-encoder.ts'),
      import('./transcoder-ts/transcoder.ts'),
    ]);
    return createZlibBlockEncoder(createTypeScriptTranscoder(mode));
  }
}
