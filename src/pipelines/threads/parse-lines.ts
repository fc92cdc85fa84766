import { ExtendedJsonError, type DocumentParser } from '../../extjson/index.ts';
import { releaseBytes } from '../../kernel/release-bytes.ts';
import { addHashes, hashDocuments, NO_DOCUMENTS, type DocumentsHash } from '../../snapshot/blocks/index.ts';

const LINE_FEED = 0x0a;
/** The lines that are parsed at a time. They and their BSON stay in the processor's cache until they are hashed and copied. */
const PARSED_BYTES = 1 << 20;

/** Room for a rest whose BSON is a little longer, compared with its lines, than that of the lines before. */
const SPARE_BYTES = 1 << 16;

/** Documents with their hash. */
export interface ParsedDocuments {
  readonly bson: Uint8Array<ArrayBuffer>;
  readonly hash: DocumentsHash;
  /** The number of lines, with those that are empty. */
  readonly lines: number;
}

/**
 * Parses whole lines of Extended JSON to BSON documents, and computes their hash. The BSON takes the memory of the lines, because it is
 * shorter than most lines, and fresh memory takes the system longer than the copying.
 * @param json is empty afterwards.
 * @throws ExtendedJsonError
 */
export function parseLines(parser: DocumentParser, json: Uint8Array<ArrayBuffer>): ParsedDocuments {
  let memory = json;
  let bytes = 0;
  let lines = 0;
  let hash = NO_DOCUMENTS;
  for (let start = 0; start < json.byteLength;) {
    const end = endOfRun(json, start);
    const parsed = parse(parser, json.subarray(start, end), lines);
    lines += parsed.lines;
    const needed = bytes + parsed.bson.byteLength;
    if (needed > (memory === json ? end : memory.byteLength)) {
      // The rest is probably like the lines so far.
      const larger = new Uint8Array(Math.ceil((needed * json.byteLength) / end) + SPARE_BYTES);
      larger.set(memory.subarray(0, bytes));
      if (memory !== json) releaseBytes(memory);
      memory = larger;
    }
    memory.set(parsed.bson, bytes);
    hash = addHashes(hash, hashDocuments(memory.subarray(bytes, needed)));
    bytes = needed;
    start = end;
  }
  if (memory !== json) releaseBytes(json);
  return { bson: memory.subarray(0, bytes), hash, lines };
}

/** The end of the lines that are parsed together: as many whole ones as fit, or one that is longer. */
function endOfRun(json: Uint8Array, start: number): number {
  if (json.byteLength - start <= PARSED_BYTES) return json.byteLength;
  const last = json.lastIndexOf(LINE_FEED, start + PARSED_BYTES - 1);
  if (last >= start) return last + 1;
  const next = json.indexOf(LINE_FEED, start + PARSED_BYTES);
  return next < 0 ? json.byteLength : next + 1;
}

function parse(parser: DocumentParser, text: Uint8Array, linesBefore: number): ReturnType<DocumentParser['parse']> {
  try {
    return parser.parse(text);
  } catch (thrown) {
    if (!(thrown instanceof ExtendedJsonError)) throw thrown;
    throw new ExtendedJsonError(thrown.reason, linesBefore + thrown.line, thrown.column);
  }
}
