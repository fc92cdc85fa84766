export type {
  BadValue,
  BadValueReason,
  BlockChecker,
  BlockEncoder,
  BlockFindings,
  EncodedBlock,
  ExtendedJsonMode,
  FindingCounts,
  Transcoder,
} from './contract.ts';
export { BsonError } from './bson-error.ts';
export { createBlockChecker } from './block-checker.ts';
export { createBlockEncoder } from './block-encoder.ts';
export { GzipMember } from './gzip/member.ts';
