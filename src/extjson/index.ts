export type { BlockEncoder, EncodedBlock, ExtendedJsonMode, Transcoder } from './contract.ts';
export { BsonError } from './bson-error.ts';
export { createBlockEncoder } from './block-encoder.ts';
export { GzipMember } from './gzip/member.ts';
export { createZlibBlockEncoder } from './gzip/zlib-encoder.ts';
export { createTypeScriptTranscoder } from './transcoder-ts/transcoder.ts';
export { createWasmTranscoder } from './transcoder-wasm.ts';
