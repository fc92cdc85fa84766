import { Type, type Static } from 'typebox';
import { IdSchema, invalidAttribute, TimeSchema, type ApiRequest } from '../../http/index.ts';
import { encodeWaiting, waitingProperties } from '../../jobs/index.ts';
import { atlasTime } from '../../kernel/clock.ts';
import type { JsonObject } from '../../kernel/json.ts';
import {
  namesOfRenaming,
  renamedTwice,
  renamingOf,
  RestoreReportSchema,
  type RestoreReport,
} from '../../pipelines/restore/index.ts';
import { IF_EXISTS, RESTORE_JOB_STATES, type RestoreJobSource, type Selection } from './model.ts';
import type { NewRestoreJob, ShownRestoreJob, WantedSource } from './service.ts';
import { CreateBody, decodeMoment, encode, requireWhole, RestoreJobSchema } from './wire.ts';

/** Bounds for what is stored and shown again. A name of a collection has at most 255 bytes. */
const Pattern = Type.String({ minLength: 1, maxLength: 512 });
const Patterns = Type.Array(Pattern, { maxItems: 1000 });
const MAX_ADDRESS_LENGTH = 4096;

const Renamings = Type.Array(Type.Object({ from: Pattern, to: Pattern }), { maxItems: 1000 });

/** The body of POST. Without a source, a moment means the newest snapshot whose oplog has the moment. */
export const RestoreBody = Type.Object({
  dryRun: Type.Optional(Type.Boolean()),
  exclude: Type.Optional(Patterns),
  ifExists: Type.Optional(Type.Enum([...IF_EXISTS])),
  include: Type.Optional(Patterns),
  oplogInc: CreateBody.properties.oplogInc,
  oplogReplay: Type.Optional(Type.Boolean()),
  oplogTs: CreateBody.properties.oplogTs,
  pointInTimeUTCSeconds: CreateBody.properties.pointInTimeUTCSeconds,
  rename: Type.Optional(Renamings),
  /** A snapshot of the cluster of the path, or the address of an export or of a dump. */
  source: Type.Optional(
    Type.Object({
      address: Type.Optional(Type.String({ minLength: 1, maxLength: MAX_ADDRESS_LENGTH, pattern: '^[^\\u0000]+$' })),
      allowIncomplete: Type.Optional(Type.Boolean()),
      groupId: CreateBody.properties.targetGroupId,
      snapshotId: CreateBody.properties.snapshotId,
    }),
  ),
  /** Only with a snapshot, because the path names the target of every other source. */
  targetClusterName: CreateBody.properties.targetClusterName,
  targetGroupId: CreateBody.properties.targetGroupId,
});

/** A job in a list. */
export const ListedSchema = Type.Object(
  {
    ...RestoreJobSchema.properties,
    createdAt: TimeSchema,
    dryRun: Type.Optional(Type.Boolean()),
    exclude: Type.Optional(Type.Array(Type.String())),
    ifExists: Type.Optional(Type.Enum([...IF_EXISTS])),
    include: Type.Optional(Type.Array(Type.String())),
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
    rename: Type.Optional(Type.Array(Type.Object({ from: Type.String(), to: Type.String() }))),
    source: Type.Object({
      address: Type.Optional(Type.String()),
      allowIncomplete: Type.Optional(Type.Boolean()),
      exportBucketId: Type.Optional(IdSchema),
      groupId: Type.Optional(IdSchema),
      snapshotId: Type.Optional(IdSchema),
    }),
    state: Type.Enum([...RESTORE_JOB_STATES]),
    stateReason: Type.Optional(Type.Object({ errorCode: Type.String(), message: Type.String() })),
    ...waitingProperties,
  },
  { $id: 'ListedRestoreJob' },
);

export const DetailsSchema = Type.Object(
  { ...ListedSchema.properties, report: Type.Optional(Type.Omit(RestoreReportSchema, ['target'])) },
  { $id: 'RestoreJobDetails' },
);

/** @throws ApiError `MISSING_ATTRIBUTE`, `INVALID_ATTRIBUTE` */
export function decodeRestore(body: Static<typeof RestoreBody>): NewRestoreJob {
  const { ifExists = 'fail', targetClusterName, targetGroupId, oplogReplay: replaysOplog = false } = body;
  const isMoment = [body.oplogTs, body.oplogInc, body.pointInTimeUTCSeconds].some((each) => each !== undefined);
  const desired = isMoment ? decodeMoment(body) : undefined;
  if (replaysOplog && isMoment) throw invalidAttribute('oplogReplay');
  const source = decodeSource(body);
  const selection = decodeSelection(body);
  const deliveryType = isMoment ? 'pointInTime' : 'automated';
  const wanted = { deliveryType, source, ifExists, targetClusterName, targetGroupId, desired, replaysOplog } as const;
  requireWhole(wanted, selection);
  return { ...wanted, selection, isDryRun: body.dryRun ?? false };
}

function decodeSource({ source = {}, targetClusterName, targetGroupId }: Static<typeof RestoreBody>): WantedSource {
  const { address, groupId, snapshotId, allowIncomplete = false } = source;
  if (address === undefined) {
    if (groupId !== undefined) throw invalidAttribute('source.groupId');
    return { kind: 'snapshot', snapshotId };
  }
  if (snapshotId !== undefined) throw invalidAttribute('source.snapshotId');
  if (targetClusterName !== undefined) throw invalidAttribute('targetClusterName');
  if (targetGroupId !== undefined) throw invalidAttribute('targetGroupId');
  return { kind: 'address', address, groupId, allowIncomplete };
}

function decodeSelection({
  include = [],
  exclude = [],
  rename = [],
}: Static<typeof RestoreBody>): Selection | undefined {
  if (include.length + exclude.length + rename.length === 0) return undefined;
  const renamings = rename.map(({ from, to }) => {
    const renaming = renamingOf(from, to);
    if (renaming === undefined) throw invalidAttribute('rename');
    return renaming;
  });
  if (renamedTwice(renamings) !== undefined) throw invalidAttribute('rename');
  return { include, exclude, rename: renamings };
}

/** Encodes what a list has, and the report, which may be long. */
export function encodeDetails(shown: ShownRestoreJob, links: Pick<ApiRequest, 'link' | 'linkBeside'>): JsonObject {
  const { report } = shown.job;
  return { ...encodeListed(shown, links), ...(report && { report: encodeReport(report) }) };
}

/** Encodes Atlas's document, and what Atlas has no attribute for: state, progress, reason and what the job waits for. */
export function encodeListed(shown: ShownRestoreJob, links: Pick<ApiRequest, 'link' | 'linkBeside'>): JsonObject {
  const { createdAt, state, progress, reason, target, replaysOplog, selection, isDryRun } = shown.job;
  return {
    ...encode(shown, links),
    createdAt: atlasTime(createdAt),
    ...(isDryRun && { dryRun: true }),
    ...(target && { ifExists: target.ifExists }),
    ...(selection && encodeSelection(selection)),
    ...(replaysOplog && { oplogReplay: true }),
    ...(progress && { progress: { ...progress } }),
    ...(shown.folder !== undefined && { repositoryUrl: links.linkBeside(shown.folder) }),
    source: encodeSource(shown.job.source),
    state,
    ...(reason && { stateReason: { errorCode: reason.code, message: reason.message } }),
    ...encodeWaiting(shown.waiting),
  };
}

function encodeSelection({ include, exclude, rename }: Selection): JsonObject {
  return { exclude: [...exclude], include: [...include], rename: rename.map(namesOfRenaming) };
}

function encodeSource(source: RestoreJobSource): JsonObject {
  switch (source.kind) {
    case 'snapshot':
      return { snapshotId: source.snapshotId };
    case 'dump':
      return { address: source.address };
    case 'export': {
      const { address, allowIncomplete, exportBucketId, groupId } = source;
      return { address, allowIncomplete, exportBucketId, groupId };
    }
  }
}

function encodeReport({ source, collections, documents, bytes, leftOut, oplog, problems }: RestoreReport): JsonObject {
  return {
    bytes,
    collections: collections.map(({ source, target, ...collection }) => ({
      ...collection,
      ...(source && { source: { ...source } }),
      ...(target && { target: { ...target } }),
    })),
    documents,
    leftOut: leftOut.map(({ name, reason }) => ({ name, reason })),
    ...(oplog && { oplog: encodeOplog(oplog) }),
    problems: [...problems],
    source,
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
