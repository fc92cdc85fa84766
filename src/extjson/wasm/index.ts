// The entry of the WebAssembly module: what the host may call.

export { deflate, prepareDeflate } from './deflate/deflate';
export { firstFreeByte } from './memory';
export * from './transcode/index';
