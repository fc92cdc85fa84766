import { BSON, EJSON, Long, type Document } from 'bson';
import type { DumpedDatabases } from './mongodump.ts';

const MAGIC = Buffer.from([0x6d, 0xe2, 0x99, 0x81]);
export const TERMINATOR = Buffer.from([0xff, 0xff, 0xff, 0xff]);

/** A namespace of an archive, with its documents in the runs in which they are written. */
export interface ArchivedNamespace {
  readonly db: string;
  readonly collection: string;
  /** The text of a `.metadata.json` file. */
  readonly metadata: string;
  /** The name under which the documents are written, if it differs. */
  readonly dataCollection?: string;
  /** A view has one empty run, as mongodump writes it. Undefined: nothing is written. */
  readonly runs: readonly (readonly Document[])[] | undefined;
}

/** An archive as `mongodump --archive` writes one; the namespaces take turns, a run at a time. */
export function archiveOf(namespaces: readonly ArchivedNamespace[], { version = '0.1' } = {}): Buffer {
  const parts: Uint8Array[] = [
    MAGIC,
    BSON.serialize({ concurrent_collections: 4, version, server_version: '8.0.29', tool_version: '100.13.0' }),
    ...namespaces.map(({ db, collection, metadata }) =>
      BSON.serialize({ db, collection, metadata, size: 0, type: 'collection' }),
    ),
    TERMINATOR,
  ];
  const written = namespaces.flatMap(({ runs, ...namespace }) =>
    runs === undefined
      ? []
      : [{ ...namespace, runs: runs.map((run) => Buffer.concat(run.map((each) => BSON.serialize(each)))) }],
  );
  const rounds = Math.max(0, ...written.map(({ runs }) => runs.length));
  for (let round = 0; round <= rounds; round++) {
    for (const { db, collection, dataCollection, runs } of written) {
      const header = { db, collection: dataCollection ?? collection, EOF: false, CRC: Long.ZERO };
      const run = runs[round];
      if (run !== undefined) parts.push(BSON.serialize(header), run, TERMINATOR);
      if (round === runs.length) {
        const CRC = Long.fromBigInt(BigInt.asIntN(64, crc64(Buffer.concat(runs))));
        parts.push(BSON.serialize({ ...header, EOF: true, CRC }), TERMINATOR);
      }
    }
  }
  return Buffer.concat(parts);
}

/** The archive of a deployment; the documents of each collection come in three runs. */
export function archiveOfDatabases(databases: DumpedDatabases, more: readonly ArchivedNamespace[] = []): Buffer {
  const namespaces = Object.entries(databases).flatMap(([db, collections]) =>
    Object.entries(collections).map(([collection, { documents, options, indexes, type = 'collection' }]) => {
      const metadata = {
        options: options ?? {},
        indexes: indexes ?? [{ v: 2, key: { _id: 1 }, name: '_id_' }],
        uuid: '',
        collectionName: collection,
        type,
      };
      const third = Math.ceil(documents.length / 3);
      const runs = [0, 1, 2].map((part) => documents.slice(part * third, (part + 1) * third));
      return {
        db,
        collection,
        metadata: EJSON.stringify(metadata, { relaxed: false }),
        ...(type === 'timeseries' ? { dataCollection: `system.buckets.${collection}` } : {}),
        runs,
      };
    }),
  );
  return archiveOf([...namespaces, ...more]);
}

/** Bit by bit, as the definition says: CRC-64 of ECMA-182, reflected. */
export function crc64(bytes: Uint8Array): bigint {
  const all = 0xffff_ffff_ffff_ffffn;
  let crc = all;
  for (const byte of bytes) {
    crc ^= BigInt(byte);
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1n) === 1n ? (crc >> 1n) ^ 0xc96c_5795_d787_0f42n : crc >> 1n;
  }
  return crc ^ all;
}
