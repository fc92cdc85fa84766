import { Type, type Static } from 'typebox';
import { AnyObject, jsonReader } from '../kernel/json-reader.ts';

// Readers of the attributes that commands use. `--json` passes on the other attributes of an answer, too.

const Cluster = Type.Object({
  id: Type.String(),
  name: Type.String(),
  mongoDBVersion: Type.String(),
  createDate: Type.String(),
});

/** What the source has and the snapshot does not hold, with reasons. */
const LeftOut = Type.Array(Type.Object({ name: Type.String(), reason: Type.String() }));
export type LeftOut = Static<typeof LeftOut>;

/** Which moment a snapshot shows. */
const Consistency = Type.Object({ level: Type.String(), reason: Type.String() });
export type Consistency = Static<typeof Consistency>;

export const readCluster = jsonReader(Cluster);

/**
 * The answer to the registration of a cluster. Consistency, collections and omissions are absent for a cluster whose
 * archives are sent.
 */
export const readRegisteredCluster = jsonReader(
  Type.Object({
    ...Cluster.properties,
    consistency: Type.Optional(Consistency),
    collections: Type.Optional(Type.Array(Type.String())),
    leftOut: Type.Optional(LeftOut),
    warnings: Type.Optional(Type.Array(Type.String())),
  }),
);
export type RegisteredCluster = ReturnType<typeof readRegisteredCluster>;

export const readExportBucket = jsonReader(
  Type.Object({
    _id: Type.String(),
    bucketName: Type.Optional(Type.String()),
    cloudProvider: Type.String(),
    iamRoleId: Type.Optional(Type.String()),
    roleId: Type.Optional(Type.String()),
    region: Type.Optional(Type.String()),
    serviceUrl: Type.Optional(Type.String()),
  }),
);
export type ExportBucket = ReturnType<typeof readExportBucket>;

/** An API key. The private part is masked, except in the answer that creates the key. */
export const readKey = jsonReader(
  Type.Object({
    id: Type.String(),
    desc: Type.String(),
    publicKey: Type.String(),
    privateKey: Type.String(),
    roles: Type.Array(
      Type.Object({
        orgId: Type.Optional(Type.String()),
        groupId: Type.Optional(Type.String()),
        roleName: Type.String(),
      }),
    ),
  }),
);
export type Key = ReturnType<typeof readKey>;

/** What a bucket was tried for, with the reasons of what did not pass. */
export const readBucketValidation = jsonReader(
  Type.Object({
    usable: Type.Boolean(),
    checks: Type.Array(
      Type.Object({
        ability: Type.String(),
        required: Type.Boolean(),
        outcome: Type.String(),
        message: Type.Optional(Type.String()),
        consequence: Type.Optional(Type.String()),
      }),
    ),
    leftObjects: Type.Array(Type.String()),
  }),
);
export type BucketValidation = ReturnType<typeof readBucketValidation>;

const AwsRole = Type.Object({
  roleId: Type.String(),
  atlasAWSAccountArn: Type.String(),
  atlasAssumedRoleExternalId: Type.String(),
  authorizedDate: Type.Union([Type.String(), Type.Null()]),
  iamAssumedRoleArn: Type.Union([Type.String(), Type.Null()]),
});
const AzureRole = Type.Object({ _id: Type.String(), servicePrincipalId: Type.String() });
const GcpRole = Type.Object({ roleId: Type.String(), gcpServiceAccountForAtlas: Type.String() });
export const readAwsRole = jsonReader(AwsRole);
export const readAzureRole = jsonReader(AzureRole);
export const readGcpRole = jsonReader(GcpRole);

/** What only Longshore's own API says of a role: what its provider is on the server, and what is wrong with the role. */
export const readRoleDetails = jsonReader(Type.Object({ kind: Type.String(), warnings: Type.Array(Type.String()) }));

export const readRoles = jsonReader(
  Type.Object({
    awsIamRoles: Type.Array(AwsRole),
    azureServicePrincipals: Type.Array(AzureRole),
    gcpServiceAccounts: Type.Array(GcpRole),
  }),
);

/** Why the last attempt at a job failed. */
export const Failure = Type.Object({
  errorCode: Type.String(),
  message: Type.String(),
  /** Attempts that have failed so far. */
  failures: Type.Integer(),
});
export type Failure = Static<typeof Failure>;

/** Why a job waits for its next attempt. */
export const Waiting = Type.Object({ ...Failure.properties, nextAttemptAt: Type.String() });
export type Waiting = Static<typeof Waiting>;

/** A value that an export cannot show as it is stored. `_id` is Extended JSON; absent if the document has none. */
const BadValue = Type.Object({
  collection: Type.String(),
  _id: Type.Optional(Type.String()),
  field: Type.String(),
  reason: Type.String(),
});

/** A snapshot. Only the extension API has the attributes from `failure` on. */
export const readSnapshot = jsonReader(
  Type.Object({
    id: Type.String(),
    status: Type.String(),
    createdAt: Type.Optional(Type.String()),
    expiresAt: Type.Optional(Type.String()),
    storageSizeBytes: Type.Integer(),
    description: Type.Optional(Type.String()),
    failure: Type.Optional(Type.Object({ errorCode: Type.String(), message: Type.String() })),
    consistency: Type.Optional(Consistency),
    leftOut: Type.Optional(LeftOut),
    badDocuments: Type.Optional(Type.Integer()),
    badValues: Type.Optional(Type.Array(BadValue)),
    completedAt: Type.Optional(Type.String()),
    requestedAt: Type.Optional(Type.String()),
    progress: Type.Optional(
      Type.Object({
        collections: Type.Integer(),
        totalCollections: Type.Integer(),
        documents: Type.Integer(),
        bytes: Type.Integer(),
        expectedBytes: Type.Optional(Type.Integer()),
        newStoredBytes: Type.Integer(),
      }),
    ),
    waiting: Type.Optional(Waiting),
    lastFailure: Type.Optional(Failure),
  }),
);
export type Snapshot = ReturnType<typeof readSnapshot>;

/** An export job. Only the extension API has the last three attributes. */
export const readExportJob = jsonReader(
  Type.Object({
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
    progress: Type.Optional(
      Type.Object({
        documents: Type.Integer(),
        totalDocuments: Type.Integer(),
        bytes: Type.Integer(),
        totalBytes: Type.Integer(),
        objects: Type.Optional(Type.Integer()),
        objectBytes: Type.Optional(Type.Integer()),
      }),
    ),
    waiting: Type.Optional(Waiting),
    lastFailure: Type.Optional(Failure),
  }),
);
export type ExportJob = ReturnType<typeof readExportJob>;

/** A restore job in the extension API. A download has no target, and a source that is no snapshot has an address. */
export const readRestoreJob = jsonReader(
  Type.Object({
    id: Type.String(),
    state: Type.String(),
    deliveryType: Type.Optional(Type.String()),
    createdAt: Type.Optional(Type.String()),
    finishedAt: Type.Optional(Type.String()),
    /** The end of the link of a download. */
    expiresAt: Type.Optional(Type.String()),
    /** Absent if the source is no snapshot. */
    snapshotId: Type.Optional(Type.String()),
    source: Type.Optional(
      Type.Object({ snapshotId: Type.Optional(Type.String()), address: Type.Optional(Type.String()) }),
    ),
    targetClusterName: Type.Optional(Type.String()),
    ifExists: Type.Optional(Type.String()),
    dryRun: Type.Optional(Type.Boolean()),
    progress: Type.Optional(
      Type.Object({
        phase: Type.String(),
        collections: Type.Integer(),
        totalCollections: Type.Integer(),
        documents: Type.Integer(),
        bytes: Type.Integer(),
        totalBytes: Type.Integer(),
      }),
    ),
    stateReason: Type.Optional(Type.Object({ errorCode: Type.String(), message: Type.String() })),
    waiting: Type.Optional(Waiting),
    lastFailure: Type.Optional(Failure),
    repositoryUrl: Type.Optional(Type.String()),
    /** What was done. Only one job alone has it, once it has ended. */
    report: Type.Optional(
      Type.Object({ collections: Type.Array(AnyObject), documents: Type.Integer(), bytes: Type.Integer() }),
    ),
  }),
);
export type RestoreJob = ReturnType<typeof readRestoreJob>;

/** What every resource has. */
export const readId = jsonReader(Type.Object({ id: Type.String() }));

/** An export that a schedule promised and that is missing. */
export const readOverdueExport = jsonReader(
  Type.Object({ clusterId: Type.String(), clusterName: Type.String(), dueAt: Type.String() }),
);
export type OverdueExport = ReturnType<typeof readOverdueExport>;

/** The document of a bucket with `id`, which not every version of Atlas's API gives, beside `_id`. */
export function withId(bucket: ExportBucket): ExportBucket & { readonly id: string } {
  return { id: bucket._id, ...bucket };
}

const PolicyItem = Type.Object({
  id: Type.String(),
  frequencyInterval: Type.Integer(),
  frequencyType: Type.String(),
  retentionUnit: Type.String(),
  retentionValue: Type.Integer(),
});
export type PolicyItem = Static<typeof PolicyItem>;

export const readSchedule = jsonReader(
  Type.Object({
    autoExportEnabled: Type.Boolean(),
    export: Type.Optional(Type.Object({ exportBucketId: Type.String(), frequencyType: Type.String() })),
    nextSnapshot: Type.Optional(Type.String()),
    policies: Type.Array(Type.Object({ id: Type.String(), policyItems: Type.Array(PolicyItem) })),
    referenceHourOfDay: Type.Integer(),
    referenceMinuteOfHour: Type.Integer(),
    useOrgAndGroupNamesInExportPrefix: Type.Boolean(),
  }),
);
export type Schedule = ReturnType<typeof readSchedule>;
