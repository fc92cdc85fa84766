import { isDeepStrictEqual } from 'node:util';
import { BsonError, type BlockChecker, type BlockFindings } from '../../src/extjson/index.ts';
import { createWasmChecker } from '../../src/extjson/checker-wasm.ts';
import { TypeScriptChecker } from '../../src/extjson/transcoder-ts/checker.ts';
import { createTypeScriptTranscoder } from '../../src/extjson/transcoder-ts/transcoder.ts';

/** The two checkers, which are to find the same. */
export function checkerTwins(): Readonly<Record<'WebAssembly' | 'TypeScript', () => BlockChecker>> {
  return { WebAssembly: createWasmChecker, TypeScript: () => new TypeScriptChecker() };
}

const ENOUGH = 50;
const wasm = createWasmChecker();
const typeScript = new TypeScriptChecker();
const transcoder = createTypeScriptTranscoder('canonical');

/**
 * The differences between the checkers on a block, or between a checker and the transcoders in what they refuse;
 * undefined if there are none.
 */
export async function differenceOfCheckers(bson: Uint8Array): Promise<string | undefined> {
  const found = await outcomeOf(wasm, bson);
  const expected = await outcomeOf(typeScript, bson);
  if (!isDeepStrictEqual(found, expected)) return `${JSON.stringify(found)}\n  ${JSON.stringify(expected)}`;
  const refused = refusalOfTranscoder(bson);
  const isSame = typeof found === 'object' ? refused === undefined : found.startsWith(refused ?? '\0');
  return isSame ? undefined : `${JSON.stringify(found)}\n  ${refused ?? 'transcoded'}`;
}

async function outcomeOf(checker: BlockChecker, bson: Uint8Array): Promise<BlockFindings | string> {
  try {
    return await checker.check(bson, ENOUGH);
  } catch (thrown) {
    if (thrown instanceof BsonError) return `${thrown.message} ${thrown.id ?? ''}`;
    throw thrown;
  }
}

function refusalOfTranscoder(bson: Uint8Array): string | undefined {
  try {
    transcoder.transcode(bson);
    return undefined;
  } catch (thrown) {
    if (thrown instanceof BsonError) return thrown.message;
    throw thrown;
  }
}
