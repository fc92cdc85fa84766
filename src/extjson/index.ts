export type { BlockEncoder, EncodedBlock, ExtendedJsonMode, Transcoder } from './contract.ts';
export { BsonError } from './bson-error.ts';
export { createBlockEncoder } from './block-encoder.ts';
export { GzipMember } from './gzip/member.ts';
