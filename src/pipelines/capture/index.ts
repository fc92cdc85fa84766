export type * from './contract.ts';
export { captureSnapshot } from './capture.ts';
export { leftOutOfCapture } from './captured-collections.ts';
