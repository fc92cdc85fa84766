import type { ApiRequest } from '../../http/index.ts';
import { encodeWaiting } from '../../jobs/index.ts';
import type { JsonObject } from '../../kernel/json.ts';
import type { RestoreReport } from '../../pipelines/restore/index.ts';
import type { ShownRestoreJob } from './service.ts';
import { encode } from './wire.ts';

/** Encodes Atlas's document, and what Atlas has no attribute for: state, progress, reason, report and what the job waits for. */
export function encodeDetails(shown: ShownRestoreJob, links: Pick<ApiRequest, 'link' | 'linkBeside'>): JsonObject {
  const { state, progress, reason, report, target } = shown.job;
  return {
    ...encode(shown, links),
    ...(target && { ifExists: target.ifExists }),
    ...(progress && { progress: { ...progress } }),
    ...(report && { report: encodeReport(report) }),
    state,
    ...(reason && { stateReason: { errorCode: reason.code, message: reason.message } }),
    ...(shown.waiting && { waiting: encodeWaiting(shown.waiting) }),
  };
}

function encodeReport({ collections, documents, bytes, leftOut, problems }: RestoreReport): JsonObject {
  return {
    bytes,
    collections: collections.map(({ source, target, ...collection }) => ({
      ...collection,
      source: { ...source },
      ...(target && { target: { ...target } }),
    })),
    documents,
    leftOut: leftOut.map(({ name, reason }) => ({ name, reason })),
    problems: [...problems],
  };
}
