import { insufficientStorage, invalidAttribute, missingAttribute } from '../../http/index.ts';
import type { Clock } from '../../kernel/clock.ts';
import { AppError } from '../../kernel/errors.ts';
import { failureReason } from '../../kernel/failure-reason.ts';
import { newId, type Id } from '../../kernel/ids.ts';
import { silentLogger, type Logger } from '../../kernel/logger.ts';
import type { Page, PageRequest } from '../../kernel/page.ts';
import { describeChange, type Database, type RemovalHook, type Transaction } from '../../metastore/index.ts';
import type { BucketAddress } from '../../object-store/addressing.ts';
import type { StoreSurroundings } from '../../object-store/all.ts';
import type { ObjectStore } from '../../object-store/contract.ts';
import { validateBucket, type BucketValidation } from '../../object-store/validate.ts';
import { EXPORTS_FOLDER } from '../../pipelines/export/index.ts';
import { cannotAssumeRole, type AccessRole, type CloudProviderAccess } from '../cloud-provider-access/index.ts';
import { isBucketName } from './bucket-name.ts';
import { placeAt, type BucketPlace } from './bucket-place.ts';
import { exportBucketNameInvalid, exportBucketNotFound } from './errors.ts';
import type { ExportBucket, NewExportBucket, ProviderBucket } from './model.ts';
import { createPermissionChecks, type WritableBucket } from './permission-checks.ts';
import * as table from './table.ts';

/** The region of AWS buckets whose store has none, such as a directory. */
const DEFAULT_REGION = 'us-east-1';

const PERMISSION_CHECK_MS = 20_000;

/** A validation makes about twenty requests. Clients wait for a minute. */
const VALIDATION_MS = 45_000;

export interface ExportBucketsDependencies {
  readonly database: Database;
  readonly clock: Clock;
  readonly cloudProviderAccess: Pick<CloudProviderAccess, 'requireAuthorizedRole' | 'addUsages'>;
  /** Options as in `openObjectStore`: a bucket that is registered now is created, or known, and another one is opened as the registered one. */
  readonly openBucketStore: (
    address: BucketAddress,
    options: Pick<StoreSurroundings, 'create' | 'registered' | 'knownId'>,
  ) => Promise<ObjectStore>;
  /** Returns the directory of a bucket; undefined if the store of its provider is no directory. */
  readonly directoryOf: (bucket: ProviderBucket) => string | undefined;
  /** A bucket must take the test object within this time, because the client of the request waits; absent: 20 000. */
  readonly permissionCheckMs?: number;
  /** Logs why a bucket cannot be written. */
  readonly logger?: Logger;
}

/** Runs in a transaction after a bucket was found usable. */
export type UsableHook = (transaction: Transaction, bucket: ExportBucket) => Promise<void>;

/** A bucket that is registered or will be. */
type Target = ProviderBucket & Pick<ExportBucket, 'groupId' | 'roleId'>;

export type ExportBucketService = ReturnType<typeof createService>;

export function createService(deps: ExportBucketsDependencies) {
  const { database, cloudProviderAccess, logger = silentLogger, permissionCheckMs = PERMISSION_CHECK_MS } = deps;
  const removalHooks: RemovalHook<ExportBucket>[] = [];
  const usableHooks: UsableHook[] = [];

  cloudProviderAccess.addUsages(async (roleId) =>
    (await table.selectBucketsOfRole(database, roleId)).map(({ id, groupId }) => ({ exportBucketId: id, groupId })),
  );

  /** @throws ApiError `EXPORT_BUCKET_NOT_FOUND` */
  async function requireExportBucket(groupId: Id, id: Id, within: Database = database): Promise<ExportBucket> {
    const bucket = await table.selectBucket(within, groupId, id);
    if (bucket === undefined) throw exportBucketNotFound(id);
    return bucket;
  }

  async function addressOf(bucket: Target): Promise<BucketAddress> {
    return addressFor(bucket, await cloudProviderAccess.requireAuthorizedRole(bucket.groupId, bucket.roleId));
  }

  async function openStore(bucket: ExportBucket): Promise<ObjectStore> {
    const { id, storeId } = bucket;
    const store = await deps.openBucketStore(await addressOf(bucket), { registered: { id: storeId } });
    if (storeId === undefined && store.id !== undefined) await table.updateStoreId(database, id, store.id);
    return store;
  }

  const check = createPermissionChecks(deps.openBucketStore, permissionCheckMs);

  /** Opens a bucket and writes a test object. @throws ApiError that says why the bucket cannot be written. */
  async function checkPermission(bucket: Target): Promise<WritableBucket> {
    const address = await addressOf(bucket);
    try {
      return await check(address);
    } catch (cause) {
      if (!(cause instanceof AppError)) throw cause;
      logger.warn('An export bucket cannot be written', { ...bucket, hint: cause.hint, error: cause });
      if (cause.code === 'OBJECT_STORE_FULL') throw insufficientStorage();
      throw cannotAssumeRole(bucket.roleId).explainedBy(failureReason(cause).message, cause);
    }
  }

  return {
    requireExportBucket,
    openStore,

    findPlace: async (groupId: Id, address: string): Promise<BucketPlace | undefined> =>
      await placeAt(address, await table.selectAllBuckets(database, groupId), deps.directoryOf),

    onRemoval: (hook: RemovalHook<ExportBucket>): void => {
      removalHooks.push(hook);
    },

    onUsable: (hook: UsableHook): void => {
      usableHooks.push(hook);
    },

    /** Registers a bucket after a test object was written, because a bucket that cannot be written must not be registered. */
    create: async (groupId: Id, wanted: NewExportBucket): Promise<ExportBucket> => {
      const { roleId } = wanted;
      const target = { ...providerBucket(wanted), groupId, roleId };
      const { id: storeId, region = DEFAULT_REGION } = await checkPermission(target);
      const now = deps.clock.now();
      const registered = { storeId, id: newId(now), createdAt: now };
      const found: ExportBucket =
        target.provider === 'AWS' ? { ...target, ...registered, region } : { ...target, ...registered };
      return await database.transaction().execute(async (transaction) => {
        // Checked again because the role may have been removed during the test.
        const role = await cloudProviderAccess.requireAuthorizedRole(groupId, roleId, transaction);
        const bucket = withTenantOf(role, found);
        describeChange({ exportBucketId: bucket.id });
        await table.insertBucket(transaction, bucket);
        // The bucket that is there now is the right one for earlier registrations, too, whose bucket may be lost.
        await table.updateStoreIdOfAddress(transaction, bucket);
        return bucket;
      });
    },

    list: async (groupId: Id, page: PageRequest): Promise<Page<ExportBucket>> =>
      await table.selectBuckets(database, groupId, page),

    /** Tries what the role of a bucket may do, with small objects beside the exports. @throws ApiError if the role may not be used. */
    validate: async (groupId: Id, id: Id): Promise<BucketValidation> => {
      const bucket = await requireExportBucket(groupId, id);
      const open = (): Promise<ObjectStore> => openStore(bucket);
      const validation = await validateBucket(open, `${EXPORTS_FOLDER}/`, { timeoutMs: VALIDATION_MS });
      if (!validation.usable) {
        logger.warn('An export bucket is not usable', { ...bucket, checks: validation.checks });
        return validation;
      }
      await database.transaction().execute(async (transaction) => {
        for (const hook of usableHooks) await hook(transaction, bucket);
      });
      return validation;
    },

    setPrivateNetworking: async (groupId: Id, id: Id, required: boolean): Promise<ExportBucket> =>
      await database.transaction().execute(async (transaction) => {
        const bucket = await requireExportBucket(groupId, id, transaction);
        if (bucket.provider !== 'AWS') throw invalidAttribute('requirePrivateNetworking');
        await table.updatePrivateNetworking(transaction, id, required);
        return { ...bucket, requirePrivateNetworking: required };
      }),

    remove: async (groupId: Id, id: Id): Promise<void> => {
      await database.transaction().execute(async (transaction) => {
        const bucket = await requireExportBucket(groupId, id, transaction);
        for (const hook of removalHooks) await hook(transaction, bucket);
        await table.deleteBucket(transaction, id);
      });
    },
  };
}

/** @throws ApiError `EXPORT_BUCKET_NAME_INVALID`, `MISSING_ATTRIBUTE` */
function providerBucket(wanted: NewExportBucket): ProviderBucket {
  const { provider, bucketName } = wanted;
  if (bucketName === undefined) throw missingAttribute('bucketName');
  if (!isBucketName(provider, bucketName)) throw exportBucketNameInvalid(bucketName);
  switch (provider) {
    case 'AWS':
      return {
        provider,
        bucketName,
        requirePrivateNetworking: wanted.requirePrivateNetworking,
        region: DEFAULT_REGION,
      };
    case 'AZURE':
      return { provider, bucketName, serviceUrl: wanted.serviceUrl, tenantId: wanted.tenantId };
    case 'GCP':
      return { provider, bucketName };
  }
}

/** A container without a tenant gets that of its role, because Terraform no longer sends one and reads it back. */
function withTenantOf(role: AccessRole, bucket: ExportBucket): ExportBucket {
  return bucket.provider === 'AZURE' && role.provider === 'AZURE'
    ? { ...bucket, tenantId: bucket.tenantId ?? role.tenantId }
    : bucket;
}

/** @throws ApiError `CANNOT_ASSUME_ROLE` if bucket and role have different providers. */
function addressFor(bucket: ProviderBucket, role: AccessRole): BucketAddress {
  const { bucketName } = bucket;
  if (bucket.provider === 'AWS' && role.provider === 'AWS') return { provider: 'AWS', bucketName, role };
  if (bucket.provider === 'AZURE' && role.provider === 'AZURE') {
    return { provider: 'AZURE', serviceUrl: bucket.serviceUrl, bucketName, role };
  }
  if (bucket.provider === 'GCP' && role.provider === 'GCP') return { provider: 'GCP', bucketName, role };
  throw cannotAssumeRole(role.id).explainedBy(
    `It is a role of ${role.provider}, and the bucket is one of ${bucket.provider}.`,
  );
}
