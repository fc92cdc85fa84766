import { isDeepStrictEqual } from 'node:util';
import { groupNotFound } from '../../http/index.ts';
import type { Clock } from '../../kernel/clock.ts';
import { AppError, codeOf, messageOf } from '../../kernel/errors.ts';
import { newId, partId, type Id } from '../../kernel/ids.ts';
import { mapPage, type Page, type PageRequest } from '../../kernel/page.ts';
import type { Sealer } from '../../kernel/sealing.ts';
import {
  describeChange,
  isForeignKeyViolation,
  isUniqueViolation,
  type Database,
  type RemovalHook,
  type Transaction,
} from '../../metastore/index.ts';
import type { EarlierReading, SnapshotSource } from '../../snapshot/sources/index.ts';
import type { RestoreTarget } from '../../snapshot/targets/index.ts';
import { faultOfChange, faultOfConfiguration } from './configuration-fault.ts';
import { factsOfBackups, majorVersionOf, registeredConfiguration, type Configuration } from './configuration.ts';
import {
  clusterAlreadyRequestedDeletion,
  clusterIsProtected,
  clusterNameInvalid,
  clusterNotFound,
  duplicateClusterName,
  invalidClusterConfiguration,
} from './errors.ts';
import {
  receivesRestores,
  type Cluster,
  type ClusterChoices,
  type ClusterSource,
  type ClusterWithSource,
  type DescribedCluster,
  type DirectorySource,
  type LiveSource,
  type ReadChoices,
  type ShownCluster,
  type SourceReport,
} from './model.ts';
import { packSource, unpackSource } from './sealed-source.ts';
import { faultOf, withoutSecrets } from './source.ts';
import * as table from './table.ts';

/** Atlas's pattern and length. */
const CLUSTER_NAME = /^[a-zA-Z0-9][a-zA-Z0-9-]{0,63}$/;

/** A removed cluster is kept for this long if no client asks for it. */
const DELETING_MS = 60 * 60_000;

/** A cluster that was created or changed is shown so for this long, because clients wait for the state to change. */
const SETTLING_MS = 500;

const NOT_MADE_HERE =
  'this server creates no deployments, because its option --provisioner is none; register a running deployment, or a mongodump ' +
  'directory, with POST /api/longshore/v1/groups/{groupId}/clusters';

const NOT_CHANGED_HERE =
  'a registered deployment is not changed by this server; labels, tags and terminationProtectionEnabled are all that can be changed';

const NOT_GIVEN_ANOTHER_SOURCE =
  'the server made this cluster of its template, and only a registered cluster can be given another source';

const KEEPS_ARCHIVES =
  'a cluster whose archives are sent with each snapshot keeps that source, and no other cluster can be changed to it';

/** Why a cluster cannot be given this source in place of its own; undefined: it can. */
function faultOfOtherSource(present: ClusterWithSource, source: ClusterSource): string | undefined {
  if (present.isProvisioned) return NOT_GIVEN_ANOTHER_SOURCE;
  return [present.source, source].some(({ kind }) => kind === 'upload') ? KEEPS_ARCHIVES : faultOf(source);
}

const CHANGED_MEANWHILE =
  'another request changed the source of the cluster while this request opened the new one; send this request again, because it changed nothing';

const RETAINED =
  'It was deleted, and its backups are retained. Delete its snapshots or wait until they expire, or choose another name.';

/** The source of a removed cluster: the one that has nothing to read. */
const NO_SOURCE = { kind: 'upload' } as const satisfies ClusterSource;

/** The roles that are enough for creating and registering clusters, thus also for letting the server read a dump. */
export const REGISTERING_ROLES = ['GROUP_CLUSTER_CREATOR'] as const;

const SEALING_PURPOSE = 'cluster source';

/**
 * @param options.allowEmpty whether a source without anything to export is no error.
 * @throws AppError if the source cannot be read.
 */
export type OpenSource = (source: ClusterSource, options: OpenSourceOptions) => Promise<SnapshotSource>;

/** Opens what receives a restore. @throws AppError if a deployment cannot be written to, or a dump cannot be read. */
export type OpenTarget = (source: LiveSource | DirectorySource) => Promise<RestoreTarget>;

export interface OpenSourceOptions {
  readonly allowEmpty: boolean;
  /** An earlier reading, which the source continues if it can. */
  readonly earlier?: EarlierReading | undefined;
}

export interface ClustersDependencies {
  readonly database: Database;
  readonly clock: Clock;
  readonly sealer: Sealer;
  readonly openSource: OpenSource;
  readonly openTarget: OpenTarget;
  /** The source of every cluster that a client creates; absent: clients create none. */
  readonly template?: ClusterSource | undefined;
  /** Describes what a snapshot of the source would contain and leave out. */
  readonly describeSource: (source: SnapshotSource) => SourceReport;
}

/** A cluster that was registered, and what its source said of itself then: nothing if archives are sent. */
export interface Registration {
  readonly cluster: ClusterWithSource;
  readonly report: SourceReport | undefined;
}

/** Runs in the transaction that adds a cluster. */
export type CreationHook = (transaction: Transaction, cluster: Cluster) => Promise<void>;

/** Runs in the transaction that gives a cluster another source. */
export type SourceHook = (transaction: Transaction, cluster: Cluster) => Promise<void>;

/**
 * Removes the backups of a cluster in the transaction that removes the cluster. @param options.retain whether the client
 * wants to retain them. @returns whether any stay.
 */
export type BackupsRemoval = (
  transaction: Transaction,
  cluster: Cluster,
  options: { readonly retain: boolean },
) => Promise<boolean>;

export type ClusterService = ReturnType<typeof createService>;

export function createService(deps: ClustersDependencies) {
  const { database, sealer } = deps;
  const makeId = (): Id => newId(deps.clock.now());
  /** A cluster that was removed before this time is not being deleted any more. */
  const deletingSince = (): number => deps.clock.now() - DELETING_MS;
  const creationHooks: CreationHook[] = [];
  const removalHooks: RemovalHook<Cluster>[] = [];
  const sourceHooks: SourceHook[] = [];
  const backupsRemovals: BackupsRemoval[] = [];

  const withSource = (stored: table.StoredCluster): ClusterWithSource => {
    const { sealedSource, ...cluster } = stored;
    const opened = sealer.open(sealedSource, SEALING_PURPOSE);
    return { ...cluster, source: unpackSource(cluster.sourceKind, opened) };
  };

  const sealed = (source: ClusterSource): string => sealer.seal(packSource(source), SEALING_PURPOSE);

  /** Returns a cluster that is not removed. @throws ApiError `CLUSTER_NOT_FOUND` */
  async function requireCluster(groupId: Id, name: string, within: Database = database): Promise<ClusterWithSource> {
    const stored = await table.selectCluster(within, groupId, name);
    if (stored === undefined || stored.isRemoved) throw clusterNotFound(name, groupId);
    return withSource(stored);
  }

  /** Requires that no cluster has the name. @throws ApiError `DUPLICATE_CLUSTER_NAME` */
  async function requireFreeName(groupId: Id, name: string): Promise<void> {
    const stored = await table.selectCluster(database, groupId, name);
    if (stored === undefined) return;
    const error = duplicateClusterName(name, groupId);
    throw stored.isRemoved ? error.explainedBy(RETAINED) : error;
  }

  /** Returns a cluster by its id, for jobs. @throws AppError `CLUSTER_REMOVED` */
  async function requireClusterById(clusterId: Id, within: Database = database): Promise<ClusterWithSource> {
    const stored = await table.selectClusterById(within, clusterId);
    if (stored === undefined) {
      throw new AppError({ code: 'CLUSTER_REMOVED', message: `the cluster ${clusterId} has been removed` });
    }
    return withSource(stored);
  }

  /** Opens a source. */
  async function open(source: ClusterSource, options: OpenSourceOptions): Promise<SnapshotSource> {
    return await withoutSecretsInErrors(source, () => deps.openSource(source, options));
  }

  /** The errors of opening have no cause and no secret in their text. */
  async function withoutSecretsInErrors<Opened>(source: ClusterSource, open: () => Promise<Opened>): Promise<Opened> {
    try {
      return await open();
    } catch (thrown) {
      const known = thrown instanceof AppError ? thrown : undefined;
      throw new AppError({
        code: known?.code ?? codeOf(thrown) ?? 'SOURCE_UNREADABLE',
        message: withoutSecrets(messageOf(thrown), source),
        transient: known?.transient ?? false,
        ...(known?.hint === undefined ? {} : { hint: known.hint }),
      });
    }
  }

  async function probe(source: ClusterSource, allowEmpty: boolean): Promise<SourceReport | undefined> {
    if (source.kind === 'upload') return undefined;
    try {
      const opened = await open(source, { allowEmpty });
      try {
        return deps.describeSource(opened);
      } finally {
        await opened.close();
      }
    } catch (cause) {
      const hint = cause instanceof AppError && cause.hint !== undefined ? `. ${cause.hint}` : '';
      throw invalidClusterConfiguration(`${messageOf(cause).replace(/\.$/, '')}${hint}`.replace(/\.$/, ''));
    }
  }

  /** Stores a new cluster. @throws ApiError `DUPLICATE_CLUSTER_NAME`, `GROUP_NOT_FOUND` */
  async function add(
    facts: Omit<
      ClusterWithSource,
      'sourceKind' | 'hasBackups' | 'shardCount' | 'createdAt' | 'isProvisioned' | 'changedAt' | 'isRemoved'
    >,
    isProvisioned: boolean,
  ): Promise<ClusterWithSource> {
    const { source, groupId, name } = facts;
    const cluster: ClusterWithSource = {
      ...facts,
      sourceKind: source.kind,
      ...factsOfBackups(facts.configuration),
      createdAt: deps.clock.now(),
      isProvisioned,
      changedAt: undefined,
      isRemoved: false,
    };
    try {
      await database.transaction().execute(async (transaction) => {
        describeChange({ clusterName: name });
        await table.insertCluster(transaction, { ...cluster, sealedSource: sealed(source) });
        for (const hook of creationHooks) await hook(transaction, cluster);
      });
    } catch (thrown) {
      if (isUniqueViolation(thrown)) throw duplicateClusterName(name, groupId);
      // The project was removed while the source was opened.
      throw isForeignKeyViolation(thrown) ? groupNotFound(groupId) : thrown;
    }
    return cluster;
  }

  /** Keeps a removed cluster for its backups. Its source goes, because it may contain a password. */
  async function retire(transaction: Transaction, id: Id, at: number): Promise<void> {
    await table.setRemoved(transaction, id, { at, sourceKind: NO_SOURCE.kind, sealedSource: sealed(NO_SOURCE) });
  }

  function shown(cluster: ClusterWithSource): ShownCluster {
    return { ...cluster, state: stateOf(cluster, deps.clock.now()) };
  }

  return {
    requireCluster,

    /** Whether clients can create clusters. */
    createsClusters: deps.template !== undefined,

    /** Returns a cluster as clients see it. @throws ApiError `CLUSTER_NOT_FOUND` */
    requireShown: async (groupId: Id, name: string): Promise<ShownCluster> =>
      shown(await requireCluster(groupId, name)),

    onCreation: (hook: CreationHook): void => {
      creationHooks.push(hook);
    },

    onSourceChange: (hook: SourceHook): void => {
      sourceHooks.push(hook);
    },

    onRemoval: (hook: RemovalHook<Cluster>): void => {
      removalHooks.push(hook);
    },

    onRemovalOfBackups: (removal: BackupsRemoval): void => {
      backupsRemovals.push(removal);
    },

    /** Returns a cluster, also a removed one whose backups are retained. @throws ApiError `CLUSTER_NOT_FOUND` */
    requireClusterOfBackups: async (groupId: Id, name: string, within: Database = database): Promise<Cluster> => {
      const stored = await table.selectCluster(within, groupId, name);
      if (stored === undefined) throw clusterNotFound(name, groupId);
      return stored;
    },

    forgetRemoved: async (transaction: Transaction, clusterId: Id): Promise<void> => {
      await table.deleteRemoved(transaction, clusterId);
    },

    requireClusterById,

    openClusterSource: async (clusterId: Id, earlier?: EarlierReading): Promise<SnapshotSource> => {
      const { source, allowEmpty } = await requireClusterById(clusterId);
      return await open(source, { allowEmpty, earlier });
    },

    openClusterTarget: async (clusterId: Id): Promise<RestoreTarget> => {
      const cluster = await requireClusterById(clusterId);
      const { name, source } = cluster;
      const isOpenable = source.kind === 'mongodb' || source.kind === 'mongodump';
      if (!isOpenable || !receivesRestores(cluster)) throw notWritable(name);
      return await withoutSecretsInErrors(source, () => deps.openTarget(source));
    },

    /** Opens the source once, so that only what can be read is registered. */
    register: async (
      groupId: Id,
      name: string,
      source: ClusterSource,
      choices: ClusterChoices,
    ): Promise<Registration> => {
      if (!CLUSTER_NAME.test(name)) throw clusterNameInvalid(name);
      const fault = faultOf(source);
      if (fault !== undefined) throw invalidClusterConfiguration(fault);
      await requireFreeName(groupId, name);
      const report = await probe(source, choices.allowEmpty);
      const id = newId(deps.clock.now());
      const mongodbVersion = report?.mongodbVersion ?? 'unknown';
      const configuration = registeredConfiguration(mongodbVersion, (part) => partId(id, part));
      const cluster = await add({ id, groupId, name, source, ...choices, mongodbVersion, configuration }, false);
      return { cluster, report };
    },

    /**
     * Gives a cluster another source, or other choices of its registration. The source is opened once, as at the registration. Everything
     * else of the cluster stays.
     * @param decode returns the new source and choices, given the present ones.
     * @throws ApiError `CLUSTER_NOT_FOUND`, `INVALID_CLUSTER_CONFIGURATION`, and what `decode` throws.
     */
    changeSource: async (
      groupId: Id,
      name: string,
      decode: (present: ReadChoices) => ReadChoices,
    ): Promise<Registration> => {
      const before = await requireCluster(groupId, name);
      const wanted = decode(before);
      const { source, allowEmpty, strict } = wanted;
      const fault = isDeepStrictEqual(source, before.source) ? undefined : faultOfOtherSource(before, source);
      if (fault !== undefined) throw invalidClusterConfiguration(fault);
      const report = await probe(source, allowEmpty);
      return await database.transaction().execute(async (transaction) => {
        // A client may have changed or removed the cluster while the source was opened.
        const present = await requireCluster(groupId, name, transaction);
        if (present.id !== before.id) throw clusterNotFound(name, groupId);
        if (!isDeepStrictEqual(decode(present), wanted)) throw invalidClusterConfiguration(CHANGED_MEANWHILE);
        const mongodbVersion = report?.mongodbVersion ?? present.mongodbVersion;
        const { configuration } = present;
        const settings = { ...configuration.settings, ...majorVersionOf(mongodbVersion) };
        const cluster: ClusterWithSource = {
          ...present,
          ...{ source, allowEmpty, strict, sourceKind: source.kind, mongodbVersion },
          configuration: { ...configuration, settings },
        };
        await table.updateSource(transaction, { ...cluster, sealedSource: sealed(source) });
        for (const hook of sourceHooks) await hook(transaction, cluster);
        return { cluster, report };
      });
    },

    /**
     * Creates a cluster of the template.
     * @throws ApiError `INVALID_CLUSTER_CONFIGURATION`, `CLUSTER_NAME_INVALID`, `DUPLICATE_CLUSTER_NAME`, and what `decode` throws.
     */
    create: async (groupId: Id, name: string, decode: (makeId: () => Id) => Configuration): Promise<ShownCluster> => {
      const { template } = deps;
      if (template === undefined) throw invalidClusterConfiguration(NOT_MADE_HERE);
      if (!CLUSTER_NAME.test(name)) throw clusterNameInvalid(name);
      const decoded = decode(makeId);
      const fault = faultOfConfiguration(decoded);
      if (fault !== undefined) throw invalidClusterConfiguration(fault);
      await requireFreeName(groupId, name);
      const mongodbVersion = (await probe(template, true))?.mongodbVersion ?? 'unknown';
      const settings = { ...majorVersionOf(mongodbVersion), ...decoded.settings };
      const facts = { groupId, name, source: template, allowEmpty: true, strict: false, mongodbVersion };
      return shown(await add({ id: makeId(), ...facts, configuration: { ...decoded, settings } }, true));
    },

    /**
     * Changes the configuration of a cluster.
     * @throws ApiError `CLUSTER_NOT_FOUND`, `INVALID_CLUSTER_CONFIGURATION`, and what `decode` throws.
     */
    update: async (
      groupId: Id,
      name: string,
      decode: (present: Configuration, makeId: () => Id) => Configuration,
    ): Promise<ShownCluster> =>
      await database.transaction().execute(async (transaction) => {
        const present = await requireCluster(groupId, name, transaction);
        const configuration = decode(present.configuration, makeId);
        if (isDeepStrictEqual(configuration, present.configuration)) return shown(present);
        const fault = present.isProvisioned
          ? faultOfChange(configuration, present.configuration)
          : faultOfDescription(configuration, present.configuration);
        if (fault !== undefined) throw invalidClusterConfiguration(fault);
        describeChange({ clusterName: name });
        const changedAt = deps.clock.now();
        await table.updateConfiguration(transaction, present.id, { configuration, changedAt });
        return shown({ ...present, configuration, changedAt });
      }),

    /** @param options.withRemoved whether the removed clusters whose backups are retained are listed, too. */
    list: async (
      groupId: Id,
      page: PageRequest,
      options: { readonly withRemoved: boolean },
    ): Promise<Page<ShownCluster>> =>
      mapPage(await table.selectClusters(database, groupId, page, options), (stored) => shown(withSource(stored))),

    /** Returns the clusters of several projects, oldest first. */
    listOfProjects: async (groupIds: readonly Id[]): Promise<readonly DescribedCluster[]> =>
      groupIds.length === 0 ? [] : await table.selectClustersOf(database, groupIds),

    /**
     * Returns a cluster as clients see it. A removed cluster is shown once, as DELETING, because clients that wait for a removal
     * expect that state.
     * @throws ApiError `CLUSTER_NOT_FOUND`
     */
    show: async (groupId: Id, name: string): Promise<ShownCluster> => {
      const stored = await table.selectCluster(database, groupId, name);
      if (stored?.isRemoved === false) return shown(withSource(stored));
      const removed = await table.takeRemovedCluster(database, groupId, name, deletingSince());
      if (removed === undefined) throw clusterNotFound(name, groupId);
      return removed;
    },

    remove: async (groupId: Id, name: string, options: { readonly retain: boolean }): Promise<void> => {
      await database.transaction().execute(async (transaction) => {
        const stored = await table.selectCluster(transaction, groupId, name);
        if (stored === undefined || stored.isRemoved) {
          const isBeingDeleted = await table.isBeingDeleted(transaction, groupId, name, deletingSince());
          throw isBeingDeleted ? clusterAlreadyRequestedDeletion(name) : clusterNotFound(name, groupId);
        }
        if (stored.configuration.settings.terminationProtectionEnabled) throw clusterIsProtected(name, groupId);
        for (const hook of removalHooks) await hook(transaction, stored);
        let backupsStay = false;
        for (const removal of backupsRemovals)
          backupsStay = (await removal(transaction, stored, options)) || backupsStay;
        const removedAt = deps.clock.now();
        if (backupsStay) await retire(transaction, stored.id, removedAt);
        else await table.deleteCluster(transaction, stored.id);
        await table.insertRemovedCluster(transaction, stored, { removedAt, forgetBefore: deletingSince() });
      });
    },
  };
}

/** The source of the cluster was changed after the restore was asked for. */
function notWritable(name: string): AppError {
  return new AppError({
    code: 'RESTORE_TARGET_IS_DUMP',
    message: `the cluster ${name} is registered as a dump now, and no restore writes to one`,
    hint: 'Restore to the cluster of a running deployment.',
  });
}

/** A clock that was set back must not show a state that ended. */
function stateOf(
  { isProvisioned, createdAt, changedAt, isRemoved }: DescribedCluster,
  now: number,
): ShownCluster['state'] {
  if (isRemoved) return 'DELETING';
  const isSettling = (since: number): boolean => now >= since && now < since + SETTLING_MS;
  if (isProvisioned && isSettling(createdAt)) return 'CREATING';
  return changedAt !== undefined && isSettling(changedAt) ? 'UPDATING' : 'IDLE';
}

/** Describes why a registered deployment cannot get a configuration; undefined if it can. */
function faultOfDescription(asked: Configuration, present: Configuration): string | undefined {
  const { labels, tags, terminationProtectionEnabled } = asked.settings;
  const settings = { ...present.settings, labels, tags, terminationProtectionEnabled };
  // The version that a client speaks decides the mode, and not the client.
  const permitted = { ...present, settings, autoScalingMode: asked.autoScalingMode };
  return isDeepStrictEqual(asked, permitted) ? undefined : NOT_CHANGED_HERE;
}
