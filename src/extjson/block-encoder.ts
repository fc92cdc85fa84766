import type { BlockEncoder, ExtendedJsonMode } from './contract.ts';
import { createWasmBlockEncoder } from './encoder-wasm.ts';

/**
 * The quickest encoder that this machine can run: WebAssembly, and where that cannot be had (no SIMD, no compiler as under
 * `--jitless`, no memory for it) plain TypeScript and zlib, which take several times as long for the same documents.
 */
export async function createBlockEncoder(mode: ExtendedJsonMode): Promise<BlockEncoder> {
  try {
    return createWasmBlockEncoder(mode);
  } catch {
    // Threads that do not need it start without it, which is sooner.
    const [{ createZlibBlockEncoder }, { createTypeScriptTranscoder }] = await Promise.all([
      import('./gzip/zlib-encoder.ts'),
      import('./transcoder-ts/transcoder.ts'),
    ]);
    return createZlibBlockEncoder(createTypeScriptTranscoder(mode));
  }
}
