import { Type } from 'typebox';
import { Count, jsonTextReader } from '../../kernel/json-reader.ts';
import {
  AppliedOplogSchema,
  CollectionsProgressSchema,
  DocumentsHashSchema,
  OplogProgressSchema,
  type RestoreProgress,
  type RestoreProgressRecord,
  type RestoreReport,
} from '../../pipelines/restore/index.ts';

// The plain JSON of a restore, read again from its row.

const CollectionType = Type.Enum(['collection', 'view', 'timeseries']);

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

export const readRecord: (text: string) => RestoreProgressRecord = jsonTextReader(
  Type.Object({ collections: CollectionsProgressSchema, oplog: Type.Optional(OplogProgressSchema) }),
);

export const readReport: (text: string) => RestoreReport = jsonTextReader(
  Type.Object({
    source: Type.String(),
    target: Type.String(),
    collections: Type.Array(
      Type.Object({
        database: Type.String(),
        name: Type.String(),
        type: CollectionType,
        from: Type.Optional(Type.String()),
        outcome: Type.Enum(['restored', 'skipped', 'planned']),
        bytes: Count,
        source: DocumentsHashSchema,
        target: Type.Optional(DocumentsHashSchema),
        proof: Type.Enum(['equal', 'different', 'merged', 'acknowledged', 'none']),
      }),
    ),
    documents: Count,
    bytes: Count,
    leftOut: Type.Array(Type.Object({ name: Type.String(), reason: Type.String() })),
    oplog: Type.Optional(AppliedOplogSchema),
    problems: Type.Array(Type.String()),
  }),
);
