import type { Id } from '../../kernel/ids.ts';
import type { JsonObject } from '../../kernel/json.ts';
import type { DrilledCollection, DrillResult } from '../../pipelines/drill/index.ts';
import type { Drill, DrillOutcome } from './model.ts';

/** What a report says besides the result. Times are milliseconds since the Unix epoch. */
export interface ReportFacts {
  readonly drill: Drill;
  readonly product: string;
  readonly clusterName: string;
  readonly bucketName: string;
  readonly prefix: string;
  readonly exportedAt: number;
  /** The start of the snapshot's capture; undefined if the snapshot does not exist any more. */
  readonly snapshotTakenAt: number | undefined;
  readonly startedAt: number;
  readonly finishedAt: number;
}

/** The end of a drill. */
export type DrillEnd =
  | { readonly result: DrillResult; readonly notRun?: never }
  /** The reason why the bucket or the scratch cluster could not be used. */
  | { readonly notRun: { readonly code: string; readonly message: string }; readonly result?: never };

const HASH = 'MurmurHash3_x86_128 of each BSON document, seed 0, four 32-bit lanes added modulo 2^32';

/** Makes the text that is signed. */
export function reportText(
  facts: ReportFacts,
  end: DrillEnd,
): { readonly outcome: DrillOutcome; readonly text: string } {
  const { drill, startedAt, finishedAt, snapshotTakenAt } = facts;
  const { collections = [], documents = 0, problems = [] } = end.result ?? {};
  const outcome = end.notRun !== undefined ? 'notRun' : problems.length === 0 ? 'passed' : 'failed';
  const report: JsonObject = {
    format: 'longshore-drill-report',
    version: 1,
    product: facts.product,
    drillId: drill.id,
    groupId: drill.groupId,
    clusterId: drill.clusterId,
    clusterName: facts.clusterName,
    export: exportFacts(drill.exportId, facts),
    snapshot: {
      id: drill.snapshotId,
      compared: snapshotTakenAt !== undefined && end.result !== undefined,
      ...(snapshotTakenAt !== undefined && { takenAt: new Date(snapshotTakenAt).toISOString() }),
    },
    mode: drill.mode,
    ...(drill.target && {
      target: { clusterName: drill.target.clusterName, databasePrefix: drill.target.databasePrefix },
    }),
    requestedAt: new Date(drill.createdAt).toISOString(),
    startedAt: new Date(startedAt).toISOString(),
    finishedAt: new Date(finishedAt).toISOString(),
    durationMs: finishedAt - startedAt,
    outcome,
    ...(end.notRun && { reason: { errorCode: end.notRun.code, message: end.notRun.message } }),
    problems: [...problems],
    hash: HASH,
    totals: { collections: collections.length, documents },
    collections: collections.map(encodeCollection),
  };
  return { outcome, text: JSON.stringify(report, null, 1) };
}

function exportFacts(id: Id, { bucketName, prefix, exportedAt }: ReportFacts): JsonObject {
  return { id, bucketName, prefix, createdAt: new Date(exportedAt).toISOString() };
}

function encodeCollection({ database, name, type, proof, found, expected, problem }: DrilledCollection): JsonObject {
  return {
    database,
    name,
    type,
    proof,
    ...(found && { documents: found.documents, hash: found.sum }),
    ...(expected && { snapshotDocuments: expected.documents, snapshotHash: expected.sum }),
    ...(problem !== undefined && { problem }),
  };
}
