export {
  hashBlock,
  mostStoredBytes,
  packBlock,
  unpackBlock,
  verifyBlock,
  verifyBlockContent,
  type BlockName,
  type HashedBlock,
} from './block-format.ts';
export { BlockMemory } from './block-memory.ts';
export { cutIntoBlocks, type Block } from './blocks.ts';
export { idElement } from './boundary.ts';
export { addHashes, hashDocuments, NO_DOCUMENTS, type DocumentsHash } from './documents-hash.ts';
export { countDocuments, documentLength, MAX_DOCUMENT_BYTES, MIN_DOCUMENT_BYTES } from './document-length.ts';
