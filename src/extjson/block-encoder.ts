import type { BlockEncoder, ExtendedJsonMode } from './contract.ts';
import { createZlibBlockEncoder } from './gzip/zlib-encoder.ts';
import { createTypeScriptTranscoder } from './transcoder-ts/transcoder.ts';

/** The quickest encoder that this machine can run. */
export function createBlockEncoder(mode: ExtendedJsonMode): BlockEncoder {
  return createZlibBlockEncoder(createTypeScriptTranscoder(mode));
}
