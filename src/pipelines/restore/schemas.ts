import { Type } from 'typebox';
import { Count } from '../../kernel/json-reader.ts';

// Schemas of the plain JSON of a restore, for those who store it.

export const DocumentsHashSchema = Type.Object({
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
export const AppliedOplogSchema = Type.Object({
  ...OplogProgressSchema.properties,
  upTo: Type.Optional(OplogTimeSchema),
  window: Type.Optional(Type.Object({ first: OplogTimeSchema, last: OplogTimeSchema })),
});
