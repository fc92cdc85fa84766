export type * from './contract.ts';
export { captureSnapshot } from './capture.ts';
export { capturedCollections, leftOutOfCapture } from './captured-collections.ts';
