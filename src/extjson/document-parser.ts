import type { DocumentParser } from './contract.ts';
import { createTypeScriptParser } from './parser-ts/parser.ts';

/** Creates a parser of lines of Extended JSON. */
export async function createDocumentParser(): Promise<DocumentParser> {
  return Promise.resolve(createTypeScriptParser());
}
