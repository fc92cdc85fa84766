import { constants, crc32, deflateRawSync } from 'node:zlib';
import type { BlockEncoder, Transcoder } from '../contract.ts';

/** zlib's best level for Extended JSON: level 6 takes half as long again for 2 % less. */
const DEFAULT_LEVEL = 5;

/** Creates an encoder from a transcoder and Node's zlib. */
export function createZlibBlockEncoder(transcoder: Transcoder, level: number = DEFAULT_LEVEL): BlockEncoder {
  return {
    encode(bson) {
      const { json, documents } = transcoder.transcode(bson);
      const deflated = deflateRawSync(json, { level, memLevel: 9, finishFlush: constants.Z_SYNC_FLUSH });
      return { deflate: new Uint8Array(deflated), crc32: crc32(json), jsonBytes: json.byteLength, documents };
    },
  };
}
