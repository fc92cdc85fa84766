import { bsonError, FAULT } from './bson-faults.ts';
import type { BadValue, BlockChecker } from './contract.ts';
import type { TypeScriptChecker } from './transcoder-ts/checker.ts';
import { instantiateCheckEngine, type CheckEngine } from './wasm-module.ts';

/** Bytes that are copied and then checked. The copy is still in the processor's cache when it is checked. */
const PIECE_BYTES = 128 << 10;
/** Equals MAX_NOTED of wasm/check/check.ts. */
const MAX_NOTED = 128;

/**
 * Creates a checker in WebAssembly with SIMD. It finds the documents that are damaged, bad or look-alikes. The checker
 * in TypeScript describes them. It is loaded when the first such document is found.
 * @throws Error if engine.wasm is missing or this machine cannot run it.
 */
export function createWasmChecker(): BlockChecker {
  const kept = instantiateCheckEngine(PIECE_BYTES);
  let large: CheckEngine | undefined;
  let detailed: Promise<TypeScriptChecker> | undefined;

  const loadDetailed = (): Promise<TypeScriptChecker> =>
    (detailed ??= import('./transcoder-ts/checker.ts').then(({ TypeScriptChecker }) => new TypeScriptChecker()));

  const engineFor = (documentBytes: number): CheckEngine => {
    if (documentBytes <= PIECE_BYTES) return kept;
    if (large === undefined || large.input.bytes.length < documentBytes) large = instantiateCheckEngine(documentBytes);
    return large;
  };

  return {
    async check(bson, maxBadValues) {
      let documents = 0;
      let badDocuments = 0;
      let lookAlikes = 0;
      const badValues: BadValue[] = [];
      let wanted = PIECE_BYTES;
      let isLargeUsed = false;
      for (let offset = 0; offset < bson.length;) {
        const engine = engineFor(wanted);
        const { start, bytes } = engine.input;
        const piece = bson.subarray(offset, offset + wanted);
        bytes.set(piece);
        engine.check(start, start + piece.length, start + bson.length - offset);
        documents += engine.checkedDocuments();
        lookAlikes += engine.lookAlikeCount();
        const bad = engine.badDocumentCount();
        badDocuments += bad;
        for (let i = 0; i < Math.min(bad, MAX_NOTED) && badValues.length < maxBadValues; i++) {
          const place = { offset: offset + engine.badDocument(i) - start, document: documents };
          const found = (await loadDetailed()).describe(bson, place, maxBadValues - badValues.length);
          badValues.push(...found.badValues);
        }
        const checked = engine.checkedPosition() - start;
        offset += checked;
        if (engine.isDamaged() !== 0) {
          (await loadDetailed()).describe(bson, { offset, document: documents }, 0);
          throw bsonError(FAULT.documentLength, offset, documents);
        }
        // A document that is larger than a piece is checked alone.
        wanted = checked > 0 ? PIECE_BYTES : lengthAt(bson, offset);
        isLargeUsed ||= wanted > PIECE_BYTES;
      }
      // The large instance is dropped, because it would keep the memory that a large document touched.
      if (!isLargeUsed) large = undefined;
      return { badDocuments, lookAlikes, badValues };
    },
  };
}

function lengthAt(bson: Uint8Array, offset: number): number {
  return new DataView(bson.buffer, bson.byteOffset + offset, 4).getInt32(0, true);
}
