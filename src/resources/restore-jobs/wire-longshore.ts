import { Type } from 'typebox';
import type { ApiRequest } from '../../http/index.ts';
import { encodeWaiting, waitingProperties } from '../../jobs/index.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { RestoreReportSchema, type RestoreReport } from '../../pipelines/restore/index.ts';
import type { ShownRestoreJob } from './service.ts';
import { IF_EXISTS, RESTORE_JOB_STATES } from './model.ts';
import { encode, RestoreJobSchema } from './wire.ts';

export const DetailsSchema = Type.Object(
  {
    ...RestoreJobSchema.properties,
    ifExists: Type.Optional(Type.Enum([...IF_EXISTS])),
    progress: Type.Optional(
      Type.Object({
        bytes: Type.Integer(),
        collections: Type.Integer(),
        documents: Type.Integer(),
        phase: Type.Enum(['writing', 'verifying', 'replaying']),
        totalBytes: Type.Integer(),
        totalCollections: Type.Integer(),
      }),
    ),
    oplogReplay: Type.Optional(Type.Boolean()),
    /** Where the objects of the snapshot are: the key of an object in the repository follows the path. */
    repositoryUrl: Type.Optional(Type.String()),
    report: Type.Optional(Type.Omit(RestoreReportSchema, ['source', 'target'])),
    state: Type.Enum([...RESTORE_JOB_STATES]),
    stateReason: Type.Optional(Type.Object({ errorCode: Type.String(), message: Type.String() })),
    ...waitingProperties,
  },
  { $id: 'RestoreJobDetails' },
);

/** Encodes Atlas's document, and what Atlas has no attribute for: state, progress, reason, report and what the job waits for. */
export function encodeDetails(shown: ShownRestoreJob, links: Pick<ApiRequest, 'link' | 'linkBeside'>): JsonObject {
  const { state, progress, reason, report, target, replaysOplog } = shown.job;
  return {
    ...encode(shown, links),
    ...(target && { ifExists: target.ifExists }),
    ...(replaysOplog && { oplogReplay: true }),
    ...(progress && { progress: { ...progress } }),
    ...(shown.folder !== undefined && { repositoryUrl: links.linkBeside(shown.folder) }),
    ...(report && { report: encodeReport(report) }),
    state,
    ...(reason && { stateReason: { errorCode: reason.code, message: reason.message } }),
    ...encodeWaiting(shown.waiting),
  };
}

function encodeReport({ collections, documents, bytes, leftOut, oplog, problems }: RestoreReport): JsonObject {
  return {
    bytes,
    collections: collections.map(({ source, target, ...collection }) => ({
      ...collection,
      source: { ...source },
      ...(target && { target: { ...target } }),
    })),
    documents,
    leftOut: leftOut.map(({ name, reason }) => ({ name, reason })),
    ...(oplog && { oplog: encodeOplog(oplog) }),
    problems: [...problems],
  };
}

function encodeOplog({ entries, unmatched, upTo, window, warning }: NonNullable<RestoreReport['oplog']>): JsonObject {
  return {
    entries,
    unmatched,
    ...(upTo && { upTo: { ...upTo } }),
    ...(window && { window: { first: { ...window.first }, last: { ...window.last } } }),
    ...(warning !== undefined && { warning }),
  };
}
