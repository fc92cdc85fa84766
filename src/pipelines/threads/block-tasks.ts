import {
  createBlockChecker,
  createBlockEncoder,
  createDocumentParser,
  type BlockChecker,
  type BlockEncoder,
  type BlockFindings,
  type DocumentParser,
  type EncodedBlock,
  type ExtendedJsonMode,
} from '../../extjson/index.ts';
import { releaseBytes } from '../../kernel/release-bytes.ts';
import {
  hashBlock,
  hashDocuments,
  packBlock,
  unpackBlock,
  verifyBlock,
  verifyBlockContent,
  type BlockName,
  type DocumentsHash,
  type HashedBlock,
} from '../../snapshot/blocks/index.ts';
import type { BlockTask, StoredBlock } from './contract.ts';
import { parseLines, type ParsedDocuments } from './parse-lines.ts';

type Bson = Uint8Array<ArrayBuffer>;

interface VerifyInput {
  readonly stored: Bson;
  readonly name: BlockName;
}

type UnpackInput = Extract<StoredBlock, { readonly stored: Bson }>;

interface EncodeInput {
  readonly block: StoredBlock;
  readonly mode: ExtendedJsonMode;
}

interface CheckInput {
  readonly bson: Bson;
  /** The largest number of bad values to return. */
  readonly maxBadValues: number;
}

interface CheckedBlock {
  readonly bson: Bson;
  readonly findings: BlockFindings;
}

/** Documents with their hash. */
interface HashedDocuments {
  readonly bson: Bson;
  readonly hash: DocumentsHash;
}

/** All tasks of the threads. A new task is a new entry here. `BlockSession.run` runs it. */
const tasks = {
  /** Verifies and unpacks a stored block if necessary, and encodes it. @throws BsonError, AppError `BLOCK_CORRUPT` */
  encode: task<EncodeInput, EncodedBlock>({
    run: createEncode(),
    transfer: ({ block }) => ['bson' in block ? block.bson.buffer : block.stored.buffer],
    transferBack: ({ deflate }) => [deflate.buffer],
    weigh: ({ block }) => ('bson' in block ? block.bson.byteLength : block.bytes),
  }),
  /** Checks a block's documents, and returns the block. @throws BsonError */
  check: task<CheckInput, CheckedBlock>({
    run: createCheck(),
    transfer: ({ bson }) => [bson.buffer],
    transferBack: ({ bson }) => [bson.buffer],
    weigh: ({ bson }) => bson.byteLength,
  }),
  /** Verifies and unpacks a stored block. @throws AppError `BLOCK_CORRUPT` */
  unpack: task<UnpackInput, Bson>({
    run: unpacked,
    transfer: ({ stored }) => [stored.buffer],
    transferBack: (bson) => [bson.buffer],
    weigh: ({ bytes }) => bytes,
  }),
  /** Parses whole lines of Extended JSON (`LineChunks`) to BSON documents, and computes their hash. @throws ExtendedJsonError */
  parse: task<Bson, ParsedDocuments>({
    run: createParse(),
    transfer: (json) => [json.buffer],
    transferBack: ({ bson }) => [bson.buffer],
    weigh: (json) => json.byteLength,
  }),
  /** Computes the hash of whole documents, and returns them. */
  hashDocuments: task<Bson, HashedDocuments>({
    run: (bson) => ({ bson, hash: hashDocuments(bson) }),
    transfer: (bson) => [bson.buffer],
    transferBack: ({ bson }) => [bson.buffer],
    weigh: (bson) => bson.byteLength,
  }),
  /** Computes a block's name, and returns the block. */
  hash: task<Bson, HashedBlock>({
    run: hashBlock,
    transfer: (bson) => [bson.buffer],
    transferBack: ({ bson }) => [bson.buffer],
    weigh: (bson) => bson.byteLength,
  }),
  /** Packs a block for storing, in the block's memory if it fits there. */
  pack: task<{ readonly bson: Bson; readonly sha256: string }, Bson>({
    run: ({ bson, sha256 }) => packBlock(bson, sha256),
    transfer: ({ bson }) => [bson.buffer],
    transferBack: (stored) => [stored.buffer],
    weigh: ({ bson }) => bson.byteLength,
  }),
  /** Verifies a stored block by its seal if it has one. @throws AppError `BLOCK_CORRUPT` */
  verify: verification(verifyBlock, ({ stored }) => stored.byteLength),
  /** Verifies the content of a stored block: it is unpacked and hashed. @throws AppError `BLOCK_CORRUPT` */
  verifyContent: verification(verifyBlockContent, ({ name }) => name.bytes),
};

function verification(
  verify: (stored: Bson, name: BlockName) => void,
  weigh: (input: VerifyInput) => number,
): BlockTask<VerifyInput, undefined> {
  return {
    run({ stored, name }) {
      verify(stored, name);
      releaseBytes(stored);
      return undefined;
    },
    transfer: ({ stored }) => [stored.buffer],
    transferBack: () => [],
    weigh,
  };
}

/** Lets the compiler check an entry by its input and output. */
function task<Input, Output>(entry: BlockTask<Input, Output>): BlockTask<Input, Output> {
  return entry;
}

type Types = {
  [Name in keyof typeof tasks]: (typeof tasks)[Name] extends BlockTask<infer Input, infer Output>
    ? { input: Input; output: Output }
    : never;
};
export type TaskName = keyof Types;
export type TaskInput<Name extends TaskName> = Types[Name]['input'];
export type TaskOutput<Name extends TaskName> = Types[Name]['output'];

/** The same table with a type that lets the compiler follow a name from the input to the output. */
export const BLOCK_TASKS: { readonly [Name in TaskName]: BlockTask<TaskInput<Name>, TaskOutput<Name>> } = tasks;

/** Creates the task, which keeps the encoder of each mode for the next block. */
function createEncode(): (input: EncodeInput) => Promise<EncodedBlock> {
  const encoders = new Map<ExtendedJsonMode, BlockEncoder>();
  return async ({ block, mode }) => {
    const bson = 'bson' in block ? block.bson : unpacked(block);
    const encoder = encoders.get(mode) ?? (await createBlockEncoder(mode));
    // An encoder that failed may be in any state, so only an encoder that succeeded is kept.
    encoders.delete(mode);
    const encoded = encoder.encode(bson);
    releaseBytes(bson);
    encoders.set(mode, encoder);
    return encoded;
  };
}

/** Creates the task, which keeps the checker for the next block. */
function createCheck(): (input: CheckInput) => Promise<CheckedBlock> {
  let checker: BlockChecker | undefined;
  return async ({ bson, maxBadValues }) => {
    checker ??= await createBlockChecker();
    return { bson, findings: await checker.check(bson, maxBadValues) };
  };
}

/** Creates the task, which keeps the parser for the next lines. */
function createParse(): (json: Bson) => Promise<ParsedDocuments> {
  let parser: DocumentParser | undefined;
  return async (json) => {
    parser ??= await createDocumentParser({ lookAlikes: 'keep' });
    return parseLines(parser, json);
  };
}

function unpacked(block: UnpackInput): Bson {
  const bson = unpackBlock(block.stored, block);
  releaseBytes(block.stored);
  return bson;
}
