export type * from './contract.ts';
export { BlockMemory } from './block-memory.ts';
export { cutIntoBlocks, type Block } from './blocks.ts';
export { createSnapshotRepository } from './repository/index.ts';
export { openMongodbSource } from './sources/mongodb/index.ts';
export { openMongodumpSource } from './sources/mongodump/index.ts';
