import { Type, type Static, type TSchema } from 'typebox';
import {
  ReadOnly,
  IdSchema,
  invalidAttribute,
  LinksSchema,
  missingAttribute,
  TimeSchema,
  type ApiRequest,
} from '../../http/index.ts';
import { atlasTime } from '../../kernel/clock.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { DELIVERY_TYPES, IF_EXISTS, type DesiredMoment, type Selection } from './model.ts';
import type { NewRestoreJob, ShownRestoreJob } from './service.ts';

// The restore jobs of v1.0 and v2 differ only in their links.

const SomeId = Type.String({ pattern: '^[a-f0-9]{24}$' });
/** Atlas's bounds: 2008-01-01, and Int32. */
const Seconds = Type.Integer({ minimum: 1_199_145_600, maximum: 2_147_483_647 });

/** The body of POST. */
export const CreateBody = Type.Object({
  deliveryType: Type.Enum([...DELIVERY_TYPES]),
  /** Longshore's: what happens to collections of the target that hold documents; `fail` where absent. */
  ifExists: Type.Optional(Type.Enum([...IF_EXISTS])),
  oplogInc: Type.Optional(Type.Integer({ minimum: 1, maximum: 2_147_483_647 })),
  /** Longshore's: whether the whole oplog of the snapshot is applied. */
  oplogReplay: Type.Optional(Type.Boolean()),
  oplogTs: Type.Optional(Seconds),
  pointInTimeUTCSeconds: Type.Optional(Seconds),
  snapshotId: Type.Optional(SomeId),
  targetClusterName: Type.Optional(Type.String({ pattern: '^[a-zA-Z0-9][a-zA-Z0-9-]*$' })),
  targetGroupId: Type.Optional(SomeId),
  cancelled: ReadOnly,
  components: ReadOnly,
  deliveryUrl: ReadOnly,
  desiredTimestamp: ReadOnly,
  expired: ReadOnly,
  expiresAt: ReadOnly,
  failed: ReadOnly,
  finishedAt: ReadOnly,
  id: ReadOnly,
  links: ReadOnly,
  privateDownloadDeliveryUrls: ReadOnly,
  timestamp: ReadOnly,
});

const orNull = <Schema extends TSchema>(schema: Schema) => Type.Union([schema, Type.Null()]);

export const RestoreJobSchema = Type.Object(
  {
    cancelled: Type.Boolean(),
    deliveryType: Type.Enum([...DELIVERY_TYPES]),
    deliveryUrl: Type.Array(Type.String()),
    desiredTimestamp: Type.Object({
      increment: orNull(Type.Integer()),
      time: orNull(Type.Integer()),
      date: orNull(TimeSchema),
    }),
    expired: Type.Boolean(),
    expiresAt: Type.Optional(TimeSchema),
    failed: Type.Boolean(),
    finishedAt: Type.Optional(TimeSchema),
    id: IdSchema,
    links: LinksSchema,
    oplogInc: Type.Optional(Type.Integer()),
    oplogTs: Type.Optional(Type.Integer()),
    pointInTimeUTCSeconds: Type.Optional(Type.Integer()),
    /** Absent if the source is no snapshot, as `timestamp` is. */
    snapshotId: Type.Optional(IdSchema),
    targetClusterName: Type.Optional(Type.String()),
    targetDeploymentItemName: Type.Optional(Type.String()),
    targetGroupId: Type.Optional(IdSchema),
    timestamp: Type.Optional(TimeSchema),
  },
  { $id: 'RestoreJob' },
);

/** @throws ApiError `MISSING_ATTRIBUTE`, `INVALID_ATTRIBUTE` */
export function decodeCreate(body: Static<typeof CreateBody>): NewRestoreJob {
  const { deliveryType, ifExists = 'fail', snapshotId, targetClusterName, targetGroupId } = body;
  const desired = deliveryType === 'pointInTime' ? decodeMoment(body) : undefined;
  const { oplogReplay: replaysOplog = false } = body;
  if (replaysOplog && deliveryType !== 'automated') throw invalidAttribute('oplogReplay');
  const source = { kind: 'snapshot', snapshotId } as const;
  const wanted = { deliveryType, source, ifExists, targetClusterName, targetGroupId, desired, replaysOplog };
  requireWhole(wanted, undefined);
  return { ...wanted, selection: undefined, isDryRun: false };
}

/** The entries of an oplog name collections of the source, and would change the documents of others, too. @throws ApiError `INVALID_ATTRIBUTE` */
export function requireWhole(
  { replaysOplog, desired, ifExists }: Pick<NewRestoreJob, 'replaysOplog' | 'desired' | 'ifExists'>,
  selection: Selection | undefined,
): void {
  if (!replaysOplog && desired === undefined) return;
  if (ifExists === 'merge' || ifExists === 'skip') throw invalidAttribute('ifExists');
  for (const name of ['include', 'exclude', 'rename'] as const)
    if ((selection?.[name] ?? []).length > 0) throw invalidAttribute(name);
}

/** One of the two forms of a moment. */
export function decodeMoment(body: Pick<Static<typeof CreateBody>, keyof DesiredMoment>): DesiredMoment {
  const { oplogTs, oplogInc, pointInTimeUTCSeconds } = body;
  if (pointInTimeUTCSeconds === undefined) {
    if (oplogTs === undefined) throw missingAttribute('pointInTimeUTCSeconds');
    if (oplogInc === undefined) throw missingAttribute('oplogInc');
    return { oplogTs, oplogInc };
  }
  if (oplogTs !== undefined || oplogInc !== undefined) throw invalidAttribute('pointInTimeUTCSeconds');
  return { pointInTimeUTCSeconds };
}

/** Encodes a job. Attributes appear as soon as their value is known. */
export function encode(shown: ShownRestoreJob, links: Pick<ApiRequest, 'link' | 'linkBeside'>): JsonObject {
  const { job, clusterName, download, expired } = shown;
  const { id, deliveryType, state, target, expiresAt, finishedAt, source } = job;
  const snapshot = source.kind === 'snapshot' ? source : undefined;
  const groupUrl = links.link(`/groups/${job.groupId}`);
  const clusterUrl = `${groupUrl}/clusters/${clusterName}`;
  return {
    cancelled: state === 'cancelled',
    deliveryType,
    deliveryUrl: download === undefined ? [] : [links.linkBeside(download)],
    desiredTimestamp: encodeMoment(job.desired),
    expired,
    ...(expiresAt !== undefined && { expiresAt: atlasTime(expiresAt) }),
    failed: state === 'failed',
    ...(finishedAt !== undefined && { finishedAt: atlasTime(finishedAt) }),
    id,
    links: [
      { href: `${clusterUrl}/backup/restoreJobs/${id}`, rel: 'self' },
      ...(snapshot === undefined
        ? []
        : [
            {
              href: `${clusterUrl}/backup/snapshots/${snapshot.snapshotId}`,
              rel: 'https://cloud.mongodb.com/snapshot',
            },
          ]),
      { href: clusterUrl, rel: 'https://cloud.mongodb.com/cluster' },
      { href: groupUrl, rel: 'https://cloud.mongodb.com/group' },
    ],
    ...job.desired,
    ...(snapshot && { snapshotId: snapshot.snapshotId }),
    ...(target && {
      targetClusterName: target.clusterName,
      targetDeploymentItemName: target.clusterName,
      targetGroupId: target.groupId,
    }),
    ...(snapshot && { timestamp: atlasTime(snapshot.takenAt) }),
  };
}

/** The moment in both forms at once, as Atlas shows it. Its keys are not in alphabetical order. */
function encodeMoment(desired: DesiredMoment | undefined): JsonObject {
  if (desired === undefined) return { increment: null, time: null, date: null };
  const time = desired.pointInTimeUTCSeconds ?? desired.oplogTs;
  return { increment: desired.oplogInc ?? null, time, date: atlasTime(time * 1000) };
}
