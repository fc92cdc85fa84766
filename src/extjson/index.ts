export type {
  BadValue,
  BadValueReason,
  BlockChecker,
  BlockEncoder,
  BlockFindings,
  DocumentParser,
  EncodedBlock,
  ExtendedJsonMode,
  FindingCounts,
  ParsedLines,
  Transcoder,
} from './contract.ts';
export { BsonError, DAMAGED_BEFORE_SNAPSHOT, located } from './bson-error.ts';
export { createBlockChecker } from './block-checker.ts';
export { createBlockEncoder } from './block-encoder.ts';
export { createDocumentParser } from './document-parser.ts';
export { engineHash } from './engine-hash.ts';
export { ExtendedJsonError } from './extended-json-error.ts';
export { GzipMember } from './gzip/member.ts';
export { LineChunks } from './line-chunks.ts';
