import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { BSON, EJSON } from 'bson';
import type { Document } from 'bson';

export interface DumpedCollection {
  readonly documents: readonly Document[];
  readonly options?: Document;
  readonly indexes?: readonly Document[];
  readonly type?: 'collection' | 'view' | 'timeseries';
  /** The form of `mongodump --gzip`. */
  readonly gzip?: boolean;
}

/** Databases, by name, of collections, by name. */
export type DumpedDatabases = Readonly<Record<string, Readonly<Record<string, DumpedCollection>>>>;

/** Writes a directory as mongodump lays one out: `<database>/<collection>.bson` and `<collection>.metadata.json`. */
export function writeMongodump(directory: string, databases: DumpedDatabases): void {
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'prelude.json'), JSON.stringify({ ServerVersion: '8.0.29', ToolVersion: '100.13.0' }));
  for (const [database, collections] of Object.entries(databases)) {
    mkdirSync(join(directory, database), { recursive: true });
    for (const [name, collection] of Object.entries(collections)) {
      const base = join(directory, database, encodeURIComponent(name).replaceAll('%20', '+'));
      const metadata = EJSON.stringify(
        {
          options: collection.options ?? {},
          indexes: collection.indexes ?? [{ v: 2, key: { _id: 1 }, name: '_id_' }],
          uuid: Buffer.from(`${database}.${name}`.padEnd(16).slice(0, 16)).toString('hex'),
          collectionName: name,
          type: collection.type ?? 'collection',
        },
        { relaxed: false },
      );
      const bson = Buffer.concat(collection.documents.map((document) => BSON.serialize(document)));
      const [pack, suffix] = collection.gzip === true ? [gzipSync, '.gz'] : [(bytes: Uint8Array) => bytes, ''];
      writeFileSync(`${base}.metadata.json${suffix}`, pack(Buffer.from(metadata)));
      if (collection.type !== 'view') writeFileSync(`${base}.bson${suffix}`, pack(bson));
    }
  }
}

/** A small deployment: two databases, an empty collection, a view and what MongoDB keeps for itself. */
export const SMALL_DEPLOYMENT: DumpedDatabases = {
  shop: {
    orders: {
      documents: Array.from({ length: 300 }, (_, number) => ({
        _id: number,
        customer: `customer ${number % 7}`,
        total: number / 4,
      })),
      indexes: [
        { v: 2, key: { _id: 1 }, name: '_id_' },
        { v: 2, key: { customer: 1 }, name: 'customer_1' },
      ],
    },
    'parts & pieces': { documents: [{ _id: 'äöü', n: 1 }], gzip: true },
    empty: { documents: [] },
    bigOrders: {
      documents: [],
      type: 'view',
      options: { viewOn: 'orders', pipeline: [{ $match: { total: { $gt: 9 } } }] },
    },
    'system.views': { documents: [{ _id: 'shop.bigOrders', viewOn: 'orders', pipeline: [] }] },
    'system.js': { documents: [{ _id: 'double', value: 'function (x) { return 2 * x; }' }] },
  },
  stock: { items: { documents: [{ _id: 1, name: 'anchor' }] } },
};
