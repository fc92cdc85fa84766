// The exports of the WebAssembly module, which the host may call.

export * from './check/index';
export { deflate, endDeflate, endStretch, prepareDeflate, startDeflate, startStretch } from './deflate/deflate';
export { fold } from './fold';
export { firstFreeByte } from './memory';
export { parse, parsedDocuments, parsedLineStart, parsedLines, prepareParser } from './parse/parse';
export * from './transcode/index';
