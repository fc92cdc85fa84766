import { createHash } from 'node:crypto';
import type { FindingCounts } from '../../extjson/index.ts';
import type { BlockReference, SnapshotHeader, SnapshotTotals } from './contract.ts';
import type { CollectionInfo } from '../contract.ts';
import { blockLine, collectionLine, endLine, headerLine } from './manifest-format.ts';

const PART_CHARACTERS = 64 * 1024;

/**
 * Collects a manifest. Its text and the names of its blocks stay in memory until it is complete: about 300 bytes for
 * each block, 75 MB for a terabyte.
 */
export class ManifestWriter {
  readonly #parts: Buffer[] = [];
  #pending = '';
  #collection: CollectionTally | undefined;
  #totals: SnapshotTotals = {
    collections: 0,
    blocks: 0,
    documents: 0,
    bytes: 0,
    storedBytes: 0,
    badDocuments: 0,
    lookAlikes: 0,
  };
  readonly #counted = new Set<string>();

  beginCollection(info: CollectionInfo): void {
    this.#endCollection();
    this.#collection = {
      info,
      lines: [],
      pending: '',
      documents: 0,
      bytes: 0,
      blocks: 0,
      storedBytes: 0,
      firstNamed: [],
      badDocuments: 0,
      lookAlikes: 0,
    };
  }

  addBlock(block: BlockReference, found: FindingCounts): void {
    const collection = this.#collection;
    if (collection === undefined) throw new Error('a block before any collection');
    collection.pending += blockLine(block);
    if (collection.pending.length > PART_CHARACTERS) {
      collection.lines.push(Buffer.from(collection.pending));
      collection.pending = '';
    }
    collection.documents += block.documents;
    collection.bytes += block.bytes;
    collection.blocks++;
    collection.badDocuments += found.badDocuments;
    collection.lookAlikes += found.lookAlikes;
    if (this.#counted.has(block.sha256)) return;
    this.#counted.add(block.sha256);
    collection.firstNamed.push(block.sha256);
    collection.storedBytes += block.storedBytes;
  }

  /** Removes the collection begun last, with its blocks. */
  abandonCollection(): void {
    for (const sha256 of this.#collection?.firstNamed ?? []) this.#counted.delete(sha256);
    this.#collection = undefined;
  }

  /** Returns the complete manifest. Nothing may be added afterwards. */
  finish(header: SnapshotHeader): { readonly parts: readonly Buffer[]; readonly totals: SnapshotTotals } {
    this.#endCollection();
    this.#flush();
    // The header is the first line, but it is known only after everything was read.
    const lines = [Buffer.from(headerLine(header)), ...this.#parts];
    const hash = createHash('sha256');
    for (const part of lines) hash.update(part);
    return { parts: [...lines, Buffer.from(endLine(this.#totals, hash.digest('hex')))], totals: this.#totals };
  }

  /** The collection's line precedes the lines of its blocks, and has their number. */
  #endCollection(): void {
    if (this.#collection === undefined) return;
    const { info, lines, pending, documents, bytes, blocks, storedBytes, badDocuments, lookAlikes } = this.#collection;
    const { database, name, type, options, indexes, uuid, documentsAre } = info;
    this.#write(
      collectionLine({
        database,
        name,
        type,
        options,
        indexes,
        ...(uuid === undefined ? {} : { uuid }),
        ...(documentsAre === undefined ? {} : { documentsAre }),
        documents,
        bytes,
        blocks,
        badDocuments,
        lookAlikes,
      }),
    );
    for (const part of lines) this.#writePart(part);
    this.#write(pending);
    this.#totals = {
      collections: this.#totals.collections + 1,
      blocks: this.#totals.blocks + blocks,
      documents: this.#totals.documents + documents,
      bytes: this.#totals.bytes + bytes,
      storedBytes: this.#totals.storedBytes + storedBytes,
      badDocuments: this.#totals.badDocuments + badDocuments,
      lookAlikes: this.#totals.lookAlikes + lookAlikes,
    };
    this.#collection = undefined;
  }

  #write(text: string): void {
    this.#pending += text;
    if (this.#pending.length > PART_CHARACTERS) this.#flush();
  }

  #flush(): void {
    if (this.#pending === '') return;
    const part = Buffer.from(this.#pending);
    this.#pending = '';
    this.#writePart(part);
  }

  #writePart(part: Buffer): void {
    this.#flush();
    this.#parts.push(part);
  }
}

interface CollectionTally {
  readonly info: CollectionInfo;
  readonly lines: Buffer[];
  pending: string;
  documents: number;
  bytes: number;
  blocks: number;
  badDocuments: number;
  lookAlikes: number;
  /** The stored bytes of blocks that no earlier collection names. */
  storedBytes: number;
  readonly firstNamed: string[];
}
