// The entry of the WebAssembly module: what the host may call.

export * from './check/index';
export { deflate, endDeflate, endStretch, prepareDeflate, startDeflate, startStretch } from './deflate/deflate';
export { firstFreeByte } from './memory';
export * from './transcode/index';
