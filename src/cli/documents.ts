import { Type, type Static } from 'typebox';

// Schemas of the attributes that commands read. `--json` passes on the other attributes of an answer, too.

export const Cluster = Type.Object({
  id: Type.String(),
  name: Type.String(),
  mongoDBVersion: Type.String(),
  createDate: Type.String(),
});

/** What a source has and a snapshot does not hold, and why. */
const LeftOut = Type.Array(Type.Object({ name: Type.String(), reason: Type.String() }));
export type LeftOut = Static<typeof LeftOut>;

/** Which moment a snapshot shows. */
const Consistency = Type.Object({ level: Type.String(), reason: Type.String() });
export type Consistency = Static<typeof Consistency>;

/** What registering a cluster answers. What a snapshot would hold is absent where archives are sent. */
export const RegisteredCluster = Type.Object({
  ...Cluster.properties,
  consistency: Type.Optional(Consistency),
  collections: Type.Optional(Type.Array(Type.String())),
  leftOut: Type.Optional(LeftOut),
  warnings: Type.Optional(Type.Array(Type.String())),
});

export const ExportBucket = Type.Object({
  _id: Type.String(),
  bucketName: Type.Optional(Type.String()),
  cloudProvider: Type.String(),
});

/** Why a job waits for its next attempt. */
export const Waiting = Type.Object({
  errorCode: Type.String(),
  message: Type.String(),
  /** Attempts that have failed so far. */
  failures: Type.Integer(),
  nextAttemptAt: Type.String(),
});

/** A snapshot. Only the extension API has the last four attributes. */
export const Snapshot = Type.Object({
  id: Type.String(),
  status: Type.String(),
  createdAt: Type.Optional(Type.String()),
  expiresAt: Type.Optional(Type.String()),
  storageSizeBytes: Type.Integer(),
  description: Type.Optional(Type.String()),
  failure: Type.Optional(Type.Object({ errorCode: Type.String(), message: Type.String() })),
  consistency: Type.Optional(Consistency),
  leftOut: Type.Optional(LeftOut),
  waiting: Type.Optional(Waiting),
});
export type Snapshot = Static<typeof Snapshot>;

/** An export job. Only the extension API has the last attribute. */
export const ExportJob = Type.Object({
  id: Type.String(),
  state: Type.String(),
  createdAt: Type.String(),
  finishedAt: Type.Optional(Type.String()),
  snapshotId: Type.String(),
  exportBucketId: Type.String(),
  prefix: Type.String(),
  exportStatus: Type.Optional(Type.Object({ exportedCollections: Type.Integer(), totalCollections: Type.Integer() })),
  stateReason: Type.Optional(
    Type.Object({ errorCode: Type.Optional(Type.String()), message: Type.Optional(Type.String()) }),
  ),
  waiting: Type.Optional(Waiting),
});
export type ExportJob = Static<typeof ExportJob>;
