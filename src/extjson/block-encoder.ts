import type { BlockEncoder, ExtendedJsonMode } from './contract.ts';
import { createWasmBlockEncoder } from './encoder-wasm.ts';
import { createZlibBlockEncoder } from './gzip/zlib-encoder.ts';
import { createTypeScriptTranscoder } from './transcoder-ts/transcoder.ts';

/**
 * The quickest encoder that this machine can run: WebAssembly, and where that cannot be had (no SIMD, no compiler as under
 * `--jitless`, no memory for it) plain TypeScript and zlib, which take several times as long for the same documents.
 */
export function createBlockEncoder(mode: ExtendedJsonMode): BlockEncoder {
  try {
    return createWasmBlockEncoder(mode);
  } catch {
    return createZlibBlockEncoder(createTypeScriptTranscoder(mode));
  }
}
