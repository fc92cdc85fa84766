import { ExtendedJsonError, type DocumentParser, type ParsedLines } from '../../src/extjson/index.ts';
import { createTypeScriptParser } from '../../src/extjson/parser-ts/parser.ts';
import { createWasmParser } from '../../src/extjson/parser-wasm.ts';

/** The two parsers, which are to do the same. */
export interface ParserTwins {
  readonly wasm: DocumentParser;
  readonly typeScript: DocumentParser;
}

export function parserTwins(): ParserTwins {
  return { wasm: createWasmParser(), typeScript: createTypeScriptParser() };
}

type Outcome = ParsedLines | ExtendedJsonError;

/** What a parser makes of a text. @throws what is no ExtendedJsonError. */
export function outcomeOf(parser: DocumentParser, json: Uint8Array): Outcome {
  try {
    return parser.parse(json);
  } catch (error) {
    if (error instanceof ExtendedJsonError) return error;
    throw error;
  }
}

/** The results of the twins on one text: whether they refuse it, and their difference. */
export function differenceOfParsers(
  { wasm, typeScript }: ParserTwins,
  json: Uint8Array,
): { readonly difference: string | undefined; readonly isRefused: boolean } {
  const ours = outcomeOf(wasm, json);
  const expected = outcomeOf(typeScript, json);
  const isRefused = expected instanceof ExtendedJsonError;
  return { difference: isSame(ours, expected) ? undefined : `${show(ours)}\n  ${show(expected)}`, isRefused };
}

function isSame(a: Outcome, b: Outcome): boolean {
  if (a instanceof ExtendedJsonError || b instanceof ExtendedJsonError) return show(a) === show(b);
  return a.documents === b.documents && a.lines === b.lines && Buffer.compare(a.bson, b.bson) === 0;
}

function show(outcome: Outcome): string {
  if (outcome instanceof ExtendedJsonError) return outcome.message;
  return `${outcome.documents} documents in ${outcome.lines} lines: ${Buffer.from(outcome.bson).toString('hex')}`;
}
