export type * from './contract.ts';
export { openMongodbSource } from './mongodb/index.ts';
export { openMongodumpSource } from './mongodump/index.ts';
