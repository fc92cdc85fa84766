import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { BSON, type Document } from 'bson';
import type { CollectionInfo } from '../contract.ts';
import type { RestoreTarget } from './contract.ts';

const never = new AbortController().signal;

const WITH_OPTIONS: CollectionInfo = {
  database: 'conformance_a',
  name: 'orders',
  type: 'collection',
  options: '{"validationLevel":"moderate"}',
  indexes: [
    '{"v":{"$numberInt":"2"},"key":{"_id":{"$numberInt":"1"}},"name":"_id_"}',
    '{"v":2,"key":{"b":{"$numberInt":"1"},"2":{"$numberInt":"-1"}},"name":"b_1_2_-1"}',
  ],
};
const OTHER: CollectionInfo = { ...WITH_OPTIONS, name: 'name with space & ünïcode', options: '{}', indexes: [] };
const VIEW: CollectionInfo = {
  database: 'conformance_a',
  name: 'view',
  type: 'view',
  options: '{"viewOn":"orders","pipeline":[{"$match":{"b":{"$numberInt":"1"}}}]}',
  indexes: [],
};

/** What a target holds after a restore, as a reader of the target sees it. */
export interface TargetContent {
  /** The documents of a collection in hex, sorted; undefined if there is no such collection. */
  documents(database: string, name: string): Promise<readonly string[] | undefined>;
  /** The options of a collection or view as relaxed Extended JSON. */
  options(database: string, name: string): Promise<string>;
  /** The keys of the indexes as JSON, sorted. */
  indexKeys(database: string, name: string): Promise<readonly string[]>;
}

/**
 * Tests what every target must do.
 * @param subject.open opens a target, always the same place within a test.
 */
export function runRestoreTargetConformance(subject: {
  readonly name: string;
  /** Makes an empty place for one test. */
  readonly place: () => Promise<{
    readonly open: () => Promise<RestoreTarget>;
    readonly content: TargetContent;
    readonly remove: () => Promise<void>;
  }>;
  /** Whether a document that is there is compared with one that is written. */
  readonly comparesDocuments?: boolean;
  /** Whether the place is refused as soon as a restore has ended there, as an archive is. */
  readonly isWrittenOnce?: boolean;
  readonly withoutViews?: boolean;
  readonly withoutOptions?: boolean;
  /** Options of each test, such as a reason to skip it. */
  readonly options?: { skip?: string };
}): void {
  const ORDERS = subject.withoutOptions === true ? { ...WITH_OPTIONS, options: '{}' } : WITH_OPTIONS;
  /** Ends a restore where another one may follow it. */
  const endIfPossible = async (target: RestoreTarget): Promise<void> => {
    if (subject.isWrittenOnce !== true) await target.finish(never);
  };
  type Place = Awaited<ReturnType<typeof subject.place>>;
  const targetTest = (name: string, body: (target: RestoreTarget, place: Place) => Promise<void>): void => {
    test(name, subject.options ?? {}, async () => {
      const place = await subject.place();
      const target = await place.open();
      try {
        await body(target, place);
      } finally {
        await target.close();
        await place.remove();
      }
    });
  };

  suite(`restore target: ${subject.name}`, () => {
    targetTest('says what it is, without a secret', async (target) => {
      assert.match(target.description, /\w/);
      assert.doesNotMatch(target.description, /password/);
      assert.ok(target.collectionsAtOnce >= 1);
      return Promise.resolve();
    });

    targetTest('takes a collection with its options, documents and indexes', async (target, { content }) => {
      const documents = numbered(0, 3000);
      assert.deepEqual(await target.inspect([ORDERS, OTHER], never), []);
      await writeAll(target, ORDERS, [documents.slice(0, 1000), documents.slice(1000)]);
      await writeAll(target, OTHER, []);
      await target.finish(never);
      assert.deepEqual(await content.documents('conformance_a', 'orders'), documents.map(hex).sort());
      assert.deepEqual(await content.documents('conformance_a', OTHER.name), []);
      assert.deepEqual(await content.indexKeys('conformance_a', 'orders'), ['{"_id":1}', '{"b":1,"2":-1}']);
      if (subject.withoutOptions !== true) {
        assert.match(await content.options('conformance_a', 'orders'), /"validationLevel":\s*"moderate"/);
      }
    });

    targetTest('finds what is there', async (target, { open }) => {
      await writeAll(target, ORDERS, [numbered(0, 1)]);
      await writeAll(target, OTHER, []);
      await endIfPossible(target);
      const again = await open();
      try {
        const found = await again.inspect([ORDERS, OTHER, VIEW], never);
        const facts = found.map(({ name, type, holdsDocuments }) => ({ name, type, holdsDocuments }));
        assert.deepEqual(
          facts.sort((a, b) => a.name.length - b.name.length),
          [
            { name: ORDERS.name, type: 'collection', holdsDocuments: true },
            { name: OTHER.name, type: 'collection', holdsDocuments: false },
          ],
        );
      } finally {
        await again.close();
      }
    });

    targetTest('gives back what it took', async (target) => {
      const documents = numbered(0, 2000);
      await writeAll(target, ORDERS, [documents]);
      if (target.readBack === undefined) return;
      const pieces: Uint8Array[] = [];
      for await (const piece of target.readBack(ORDERS, never)) pieces.push(Uint8Array.from(piece));
      assert.deepEqual(split(Buffer.concat(pieces)).sort(), documents.map(hex).sort());
    });

    targetTest('drops what is there, and what is not', async (target, { open, content }) => {
      await writeAll(target, ORDERS, [numbered(0, 5)]);
      await endIfPossible(target);
      const again = await open();
      try {
        await again.drop(ORDERS, never);
        await again.drop(OTHER, never);
        assert.deepEqual(await again.inspect([ORDERS, OTHER], never), []);
        await writeAll(again, ORDERS, [numbered(7, 8)]);
        await again.finish(never);
      } finally {
        await again.close();
      }
      assert.deepEqual(await content.documents('conformance_a', 'orders'), numbered(7, 8).map(hex));
    });

    if (subject.isWrittenOnce === true) {
      targetTest('is refused where a restore has ended', async (target, { open, content }) => {
        await writeAll(target, ORDERS, [numbered(0, 5)]);
        await target.finish(never);
        await assert.rejects(open(), { code: 'RESTORE_TARGET_EXISTS' });
        assert.deepEqual(await content.documents('conformance_a', 'orders'), numbered(0, 5).map(hex).sort());
      });
    }

    if (subject.withoutViews !== true) {
      targetTest('takes a view', async (target, { content }) => {
        await writeAll(target, ORDERS, []);
        await target.createView(VIEW, never);
        await target.finish(never);
        assert.match(await content.options('conformance_a', 'view'), /"viewOn":\s*"orders"/);
      });
    }

    if (subject.comparesDocuments === true) {
      targetTest('does not double a document that is written again', async (target, { content }) => {
        const documents = numbered(0, 50);
        await writeAll(target, ORDERS, [documents.slice(0, 20)]);
        assert.deepEqual(await target.writeBlock(ORDERS, together(documents), never), { inserted: 30, present: 20 });
        assert.deepEqual(await target.writeBlock(ORDERS, together(documents), never), { inserted: 0, present: 50 });
        assert.deepEqual(await content.documents('conformance_a', 'orders'), documents.map(hex).sort());
      });

      targetTest('refuses another document with an _id that is there, and a document without one', async (target) => {
        await writeAll(target, ORDERS, [numbered(0, 5)]);
        const other = BSON.serialize({ _id: 3, other: true });
        await assert.rejects(target.writeBlock(ORDERS, together([other]), never), {
          code: 'RESTORE_DOCUMENT_DIFFERS',
          message: /conformance_a\.orders .*_id 3/,
        });
        await assert.rejects(target.writeBlock(ORDERS, together([BSON.serialize({ a: 1 })]), never), {
          code: 'RESTORE_DOCUMENT_REFUSED',
        });
      });
    }

    targetTest('creates a collection again that has the same options', async (target) => {
      await target.createCollection(ORDERS, never);
      if (target.writing(ORDERS).continuesAt === 'collection') return;
      await target.createCollection(ORDERS, never);
      await target.createIndexes(ORDERS, never);
      await target.createIndexes(ORDERS, never);
    });

    targetTest('stops at an abort', async (target) => {
      const reason = new Error('stop');
      await target.createCollection(ORDERS, never);
      await assert.rejects(target.writeBlock(ORDERS, together(numbered(0, 5)), AbortSignal.abort(reason)), reason);
      await assert.rejects(target.createIndexes(ORDERS, AbortSignal.abort(reason)), reason);
    });
  });
}

async function writeAll(target: RestoreTarget, info: CollectionInfo, blocks: readonly Uint8Array[][]): Promise<void> {
  await target.createCollection(info, never);
  for (const block of blocks) await target.writeBlock(info, together(block), never);
  await target.createIndexes(info, never);
}

function numbered(from: number, to: number): Uint8Array[] {
  return Array.from({ length: to - from }, (_, index) => {
    const document: Document = { _id: from + index, b: index % 7, text: 'x'.repeat((from + index) % 300) };
    return BSON.serialize(document);
  });
}

function together(documents: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(Buffer.concat(documents));
}

function hex(document: Uint8Array): string {
  return Buffer.from(document).toString('hex');
}

function split(bytes: Buffer): string[] {
  const documents: string[] = [];
  for (let at = 0; at < bytes.byteLength;) {
    const end = at + bytes.readInt32LE(at);
    documents.push(bytes.toString('hex', at, end));
    at = end;
  }
  return documents;
}
