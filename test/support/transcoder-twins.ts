import { BsonError, type ExtendedJsonMode, type Transcoder } from '../../src/extjson/index.ts';
import { createTypeScriptTranscoder } from '../../src/extjson/transcoder-ts/transcoder.ts';
import { createWasmTranscoder } from '../../src/extjson/transcoder-wasm.ts';

/** The two transcoders, which are to do the same. */
export interface TranscoderTwins {
  readonly mode: ExtendedJsonMode;
  readonly wasm: Transcoder;
  readonly typeScript: Transcoder;
}

export function transcoderTwins(): readonly TranscoderTwins[] {
  return (['canonical', 'relaxed'] as const).map((mode) => ({
    mode,
    wasm: createWasmTranscoder(mode),
    typeScript: createTypeScriptTranscoder(mode),
  }));
}

type Outcome = { readonly json: Uint8Array; readonly documents: number } | BsonError;

function outcomeOf(transcoder: Transcoder, bson: Uint8Array): Outcome {
  try {
    return transcoder.transcode(bson);
  } catch (error) {
    if (error instanceof BsonError) return error;
    throw error;
  }
}

/** The results of the twins on one block: whether they refuse it, and their differences. */
export function differenceOfTwins(
  twins: TranscoderTwins,
  bson: Uint8Array,
): { readonly difference: string | undefined; readonly isRefused: boolean } {
  const wasm = outcomeOf(twins.wasm, bson);
  const typeScript = outcomeOf(twins.typeScript, bson);
  const isRefused = typeScript instanceof BsonError;
  return { difference: isSame(wasm, typeScript) ? undefined : `${show(wasm)}\n  ${show(typeScript)}`, isRefused };
}

function isSame(a: Outcome, b: Outcome): boolean {
  if (a instanceof BsonError || b instanceof BsonError) return show(a) === show(b);
  return a.documents === b.documents && Buffer.compare(a.json, b.json) === 0;
}

function show(outcome: Outcome): string {
  if (outcome instanceof BsonError) return `${outcome.offset} ${outcome.document} ${outcome.message}`;
  return `${outcome.documents} documents: ${Buffer.from(outcome.json).toString()}`;
}
