export type * from './contract.ts';
export { captureSnapshot } from './capture.ts';
export { assertNotEmpty, capturedCollections, leftOutOfCapture } from './captured-collections.ts';
