import type { CollectionInfo, LeftOut } from '../../snapshot/contract.ts';
import type { LocatedBadValue, Snapshot, SnapshotCollection } from '../../snapshot/repository/index.ts';

/** The content of a complete export. */
export interface ExportContents {
  /** By database then name. */
  readonly collections: readonly SnapshotCollection[];
  readonly documents: number;
  /** Uncompressed BSON. */
  readonly bytes: number;
  /** What the source had and the export does not hold. */
  readonly leftOut: readonly LeftOut[];
  /** The bad values that the snapshot names in the exported collections. */
  readonly badValues: readonly LocatedBadValue[];
}

export function contentsOfExport({ header, collections }: Snapshot): ExportContents {
  const exported: SnapshotCollection[] = [];
  const leftOut = [...header.leftOut];
  const absent = new Set<string>();
  for (const collection of collections) {
    const reason = whyNotExported(collection);
    if (reason === undefined) {
      exported.push(collection);
      continue;
    }
    const name = `${collection.database}.${collection.name}`;
    leftOut.push({ name, reason });
    absent.add(name);
  }
  return {
    collections: exported,
    documents: exported.reduce((sum, { documents }) => sum + documents, 0),
    bytes: exported.reduce((sum, { bytes }) => sum + bytes, 0),
    leftOut,
    badValues: header.badValues.filter(({ collection }) => !absent.has(collection)),
  };
}

/** Explains why an export leaves a collection of the snapshot out; undefined if the export holds it. */
export function whyNotExported(info: Pick<CollectionInfo, 'database' | 'name' | 'type'>): string | undefined {
  if (info.database === 'local' && info.name === 'oplog.rs') return 'the snapshot keeps the oplog for restoring alone';
  if (info.type === 'view') return 'a view has no documents of its own; the snapshot holds its definition';
  return undefined;
}
