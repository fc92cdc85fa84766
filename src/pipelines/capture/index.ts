export type * from './contract.ts';
export { captureSnapshot } from './capture.ts';
export { GoodBlocks } from './good-blocks.ts';
export { assertNotEmpty, capturedCollections, leftOutOfCapture } from './captured-collections.ts';
