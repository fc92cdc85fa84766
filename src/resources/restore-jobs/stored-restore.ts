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

export const readRecord: (text: string) => RestoreProgressRecord = jsonTextReader(
  Type.Object({ collections: CollectionsProgressSchema, oplog: Type.Optional(OplogProgressSchema) }),
);

export const readReport: (text: string) => RestoreReport = jsonTextReader(RestoreReportSchema);
