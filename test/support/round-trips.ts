import {
  ExtendedJsonError,
  type DocumentParser,
  type ExtendedJsonMode,
  type Transcoder,
} from '../../src/extjson/index.ts';
import { createWasmParser } from '../../src/extjson/parser-wasm.ts';
import { createWasmTranscoder } from '../../src/extjson/transcoder-wasm.ts';
import { LOSSES, readableDocument, type Loss } from './readable-bson.ts';

/** The numbers of documents that were sent from BSON to Extended JSON and back, by what came back. */
export interface RoundTripCounts {
  /** The same bytes. */
  same: number;
  /** Other bytes, for these reasons only. A document may have several. */
  readonly losses: Record<Loss, number>;
  lossy: number;
  /** Documents that look like a value of a type, and came back as such or were refused. */
  readonly lookAlikes: { other: number; refused: number };
}

/** Sends documents from BSON to Extended JSON and back, and counts what comes back. */
export class RoundTrips {
  readonly counts: RoundTripCounts = {
    same: 0,
    lossy: 0,
    losses: Object.fromEntries(LOSSES.map((loss) => [loss, 0])) as Record<Loss, number>,
    lookAlikes: { other: 0, refused: 0 },
  };
  readonly #transcoders: Readonly<Record<ExtendedJsonMode, Transcoder>> = {
    canonical: createWasmTranscoder('canonical'),
    relaxed: createWasmTranscoder('relaxed'),
  };
  readonly #parser: DocumentParser = createWasmParser();

  /** Its Extended JSON. */
  json(bson: Buffer, mode: ExtendedJsonMode): Buffer {
    return Buffer.from(this.#transcoders[mode].transcode(bson).json);
  }

  /**
   * Sends one valid document there and back, in canonical Extended JSON.
   * @returns the bytes that should have come back and those that did, if something was lost without a reason.
   */
  canonical(bson: Buffer): string | undefined {
    const parsed = this.#parsed(this.#transcoders.canonical.transcode(bson).json);
    if (parsed !== undefined && Buffer.compare(parsed, bson) === 0) {
      this.counts.same++;
      return undefined;
    }
    const { bson: readable, losses, isLookAlike } = readableDocument(bson);
    if (isLookAlike) {
      const { lookAlikes } = this.counts;
      if (parsed === undefined) lookAlikes.refused++;
      else lookAlikes.other++;
      return undefined;
    }
    if (parsed === undefined) return `refused: ${bson.toString('hex')}`;
    if (Buffer.compare(parsed, readable) !== 0) {
      return `${readable.toString('hex')}\n  ${Buffer.from(parsed).toString('hex')}`;
    }
    this.counts.lossy++;
    for (const loss of losses) this.counts.losses[loss]++;
    return undefined;
  }

  /**
   * Sends one valid document there and back, in relaxed Extended JSON, which does not keep all types but all texts.
   * @returns the text before and the one afterwards, if they differ.
   */
  relaxed(bson: Buffer): string | undefined {
    const { bson: readable, isLookAlike } = readableDocument(bson);
    if (isLookAlike) return undefined;
    const json = this.json(readable, 'relaxed');
    const parsed = this.#parsed(json);
    if (parsed === undefined) return `refused: ${json.toString()}`;
    const again = this.json(Buffer.from(parsed), 'relaxed');
    return again.equals(json) ? undefined : `${json.toString()}\n  ${again.toString()}`;
  }

  /** Undefined for a text that is refused. The bytes are valid until the next call. */
  #parsed(json: Uint8Array): Uint8Array | undefined {
    try {
      return this.#parser.parse(json).bson;
    } catch (error) {
      if (error instanceof ExtendedJsonError) return undefined;
      throw error;
    }
  }
}
