export type * from './contract.ts';
export { cutIntoBlocks, type Block } from './blocks.ts';
export { documentLength, MIN_DOCUMENT_BYTES } from './document-length.ts';
export { blockCorrupt } from './repository/block-corrupt.ts';
export { createSnapshotRepository } from './repository/index.ts';
export { openMongodbSource } from './sources/mongodb/index.ts';
export { openMongodumpSource } from './sources/mongodump/index.ts';
