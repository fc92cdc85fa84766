import { Type } from 'typebox';
import { Count } from '../../kernel/json-reader.ts';

// Schemas of the plain JSON of a restore, for those who store it.

const DocumentsHashSchema = Type.Object({
  documents: Count,
  sum: Type.String({ pattern: '^[0-9a-f]{32}$' }),
});

/** `RestoreProgressRecord.collections` */
export const CollectionsProgressSchema = Type.Record(
  Type.String(),
  Type.Object({
    hash: DocumentsHashSchema,
    bytes: Count,
    merged: Type.Boolean(),
    state: Type.Enum(['begun', 'written', 'done']),
  }),
);

/** `RestoreProgressRecord.oplog` */
export const OplogProgressSchema = Type.Object({ entries: Count, unmatched: Count });

const OplogTimeSchema = Type.Object({ seconds: Count, increment: Count });

/** `RestoreReport.oplog` */
const AppliedOplogSchema = Type.Object({
  ...OplogProgressSchema.properties,
  upTo: Type.Optional(OplogTimeSchema),
  window: Type.Optional(Type.Object({ first: OplogTimeSchema, last: OplogTimeSchema })),
  warning: Type.Optional(Type.String()),
});

/** `RestoreReport` */
export const RestoreReportSchema = Type.Object({
  source: Type.String(),
  target: Type.String(),
  collections: Type.Array(
    Type.Object({
      database: Type.String(),
      name: Type.String(),
      type: Type.Enum(['collection', 'view', 'timeseries']),
      from: Type.Optional(Type.String()),
      outcome: Type.Enum(['restored', 'skipped', 'planned']),
      bytes: Count,
      source: Type.Optional(DocumentsHashSchema),
      target: Type.Optional(DocumentsHashSchema),
      proof: Type.Enum(['equal', 'different', 'merged', 'acknowledged', 'none']),
    }),
  ),
  documents: Count,
  bytes: Count,
  leftOut: Type.Array(Type.Object({ name: Type.String(), reason: Type.String() })),
  oplog: Type.Optional(AppliedOplogSchema),
  problems: Type.Array(Type.String()),
});
