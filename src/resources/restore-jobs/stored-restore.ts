import { Type } from 'typebox';
import { Count, jsonTextReader } from '../../kernel/json-reader.ts';
import {
  CollectionsProgressSchema,
  OplogProgressSchema,
  RestoreReportSchema,
  type RestoreProgress,
  type RestoreProgressRecord,
  type RestoreReport,
} from '../../pipelines/restore/index.ts';
import type { ExternalSource, Selection } from './model.ts';

// The plain JSON of a restore, read again from its row.

export const readProgress: (text: string) => RestoreProgress = jsonTextReader(
  Type.Object({
    phase: Type.Enum(['writing', 'verifying', 'replaying']),
    collections: Count,
    totalCollections: Count,
    documents: Count,
    bytes: Count,
    totalBytes: Count,
  }),
);

/** What an attempt has kept, and of which source. */
export interface StoredRecord extends RestoreProgressRecord {
  /** `RestoreSource.identity`. Versions before migration 0045, which restored only snapshots, did not store it. */
  readonly source?: string;
}

export const readRecord: (text: string) => StoredRecord = jsonTextReader(
  Type.Object({
    collections: CollectionsProgressSchema,
    oplog: Type.Optional(OplogProgressSchema),
    source: Type.Optional(Type.String()),
  }),
);

export const readSource: (text: string) => ExternalSource = jsonTextReader(
  Type.Union([
    Type.Object({
      kind: Type.Literal('export'),
      address: Type.String(),
      groupId: Type.String(),
      exportBucketId: Type.String(),
      bucketName: Type.String(),
      place: Type.String(),
      allowIncomplete: Type.Boolean(),
    }),
    Type.Object({ kind: Type.Literal('dump'), address: Type.String() }),
  ]),
);

const Name = Type.Object({ database: Type.String(), name: Type.Optional(Type.String()) });

export const readSelection: (text: string) => Selection = jsonTextReader(
  Type.Object({
    include: Type.Array(Type.String()),
    exclude: Type.Array(Type.String()),
    rename: Type.Array(Type.Object({ from: Name, to: Name })),
  }),
);

export const readReport: (text: string) => RestoreReport = jsonTextReader(RestoreReportSchema);
