import { Type, type Static } from 'typebox';
import { ReadOnly, IdSchema, TimeSchema } from '../../http/index.ts';
import { atlasTime } from '../../kernel/clock.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { EXPORT_JOB_STATES, type ExportJob } from './model.ts';
import type { NewExportJob } from './service.ts';

// The common parts of v1.0 and v2.

const SomeId = Type.String({ pattern: '^[a-f0-9]{24}$' });

/** The body of POST. Custom data is limited because `.complete` contains it. */
export const CreateBody = Type.Object({
  customData: Type.Optional(
    Type.Array(
      Type.Object({
        key: Type.String({ minLength: 1, maxLength: 256 }),
        value: Type.String({ maxLength: 4096 }),
      }),
      { maxItems: 100 },
    ),
  ),
  exportBucketId: SomeId,
  snapshotId: SomeId,
  links: ReadOnly,
});

export function decodeCreate(body: Static<typeof CreateBody>): NewExportJob {
  return {
    snapshotId: body.snapshotId,
    exportBucketId: body.exportBucketId,
    customData: (body.customData ?? []).map(({ key, value }) => ({ key, value })),
  };
}

/** The attributes of a job in both APIs. */
export const jobProperties = {
  createdAt: TimeSchema,
  customData: Type.Array(Type.Object({ key: Type.String(), value: Type.String() })),
  exportBucketId: IdSchema,
  exportStatus: Type.Object({ exportedCollections: Type.Integer(), totalCollections: Type.Integer() }),
  finishedAt: Type.Optional(TimeSchema),
  id: IdSchema,
  prefix: Type.String(),
  snapshotId: IdSchema,
  state: Type.Enum([...EXPORT_JOB_STATES]),
};

/** Encodes a job. @param failure the API's attribute for a failure. */
export function exportDocument(
  job: ExportJob,
  failure: { readonly errMsg?: string; readonly stateReason?: JsonObject } | undefined,
): JsonObject {
  const { errMsg, stateReason } = failure ?? {};
  return {
    createdAt: atlasTime(job.createdAt),
    customData: job.customData.map(({ key, value }) => ({ key, value })),
    ...(errMsg !== undefined && { errMsg }),
    exportBucketId: job.exportBucketId,
    exportStatus: { exportedCollections: job.exportedCollections, totalCollections: job.totalCollections },
    ...(job.finishedAt !== undefined && { finishedAt: atlasTime(job.finishedAt) }),
    id: job.id,
    prefix: job.prefix,
    snapshotId: job.snapshotId,
    state: job.state,
    ...(stateReason && { stateReason }),
  };
}
