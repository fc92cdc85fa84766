import { groupNotFound } from '../../http/index.ts';
import type { Clock } from '../../kernel/clock.ts';
import { AppError, codeOf, messageOf } from '../../kernel/errors.ts';
import { newId, type Id } from '../../kernel/ids.ts';
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
import { clusterNameInvalid, clusterNotFound, duplicateClusterName, invalidClusterConfiguration } from './errors.ts';
import type {
  Cluster,
  ClusterChoices,
  ClusterSource,
  ClusterWithSource,
  LiveSource,
  ShownCluster,
  SourceReport,
} from './model.ts';
import { packSource, unpackSource } from './sealed-source.ts';
import { faultOf, withoutSecrets } from './source.ts';
import * as table from './table.ts';

/** Atlas's pattern and length. */
const CLUSTER_NAME = /^[a-zA-Z0-9][a-zA-Z0-9-]{0,63}$/;

/** A removed cluster is kept for this long if no client asks for it. */
const DELETING_MS = 60 * 60_000;

const SEALING_PURPOSE = 'cluster source';

/**
 * @param options.allowEmpty whether a source without anything to export is no error.
 * @throws AppError if the source cannot be read.
 */
export type OpenSource = (source: ClusterSource, options: OpenSourceOptions) => Promise<SnapshotSource>;

/** Opens a running deployment for a restore. @throws AppError if it cannot be written to. */
export type OpenTarget = (source: LiveSource) => Promise<RestoreTarget>;

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
  /** Describes what a snapshot of the source would contain and leave out. */
  readonly describeSource: (source: SnapshotSource) => SourceReport;
}

/** A cluster that was registered, and what its source said of itself then: nothing if archives are sent. */
export interface Registration {
  readonly cluster: ClusterWithSource;
  readonly report: SourceReport | undefined;
}

/** Runs in the transaction that registers a cluster. */
export type CreationHook = (transaction: Transaction, cluster: Cluster) => Promise<void>;

export type ClusterService = ReturnType<typeof createService>;

export function createService(deps: ClustersDependencies) {
  const { database, sealer } = deps;
  const creationHooks: CreationHook[] = [];
  const removalHooks: RemovalHook<Cluster>[] = [];

  const withSource = (stored: table.StoredCluster): ClusterWithSource => {
    const { sealedSource, ...cluster } = stored;
    const opened = sealer.open(sealedSource, SEALING_PURPOSE);
    return { ...cluster, source: unpackSource(cluster.sourceKind, opened) };
  };

  /** @throws ApiError `CLUSTER_NOT_FOUND` */
  async function requireCluster(groupId: Id, name: string, within: Database = database): Promise<ClusterWithSource> {
    const stored = await table.selectCluster(within, groupId, name);
    if (stored === undefined) throw clusterNotFound(name, groupId);
    return withSource(stored);
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

  return {
    requireCluster,

    onCreation: (hook: CreationHook): void => {
      creationHooks.push(hook);
    },

    onRemoval: (hook: RemovalHook<Cluster>): void => {
      removalHooks.push(hook);
    },

    requireClusterById,

    openClusterSource: async (clusterId: Id, earlier?: EarlierReading): Promise<SnapshotSource> => {
      const { source, allowEmpty } = await requireClusterById(clusterId);
      return await open(source, { allowEmpty, earlier });
    },

    openClusterTarget: async (clusterId: Id): Promise<RestoreTarget> => {
      const { name, source } = await requireClusterById(clusterId);
      if (source.kind !== 'mongodb') throw new Error(`the cluster ${name} is a dump, and no restore writes to one`);
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
      if ((await table.selectCluster(database, groupId, name)) !== undefined) throw duplicateClusterName(name, groupId);
      const report = await probe(source, choices.allowEmpty);
      const now = deps.clock.now();
      const cluster: Cluster = {
        id: newId(now),
        groupId,
        name,
        sourceKind: source.kind,
        ...choices,
        mongodbVersion: report?.mongodbVersion ?? 'unknown',
        createdAt: now,
      };
      const sealedSource = sealer.seal(packSource(source), SEALING_PURPOSE);
      try {
        await database.transaction().execute(async (transaction) => {
          describeChange({ clusterName: name });
          await table.insertCluster(transaction, { ...cluster, sealedSource });
          for (const hook of creationHooks) await hook(transaction, cluster);
        });
      } catch (thrown) {
        if (isUniqueViolation(thrown)) throw duplicateClusterName(name, groupId);
        // The project was removed while the source was opened.
        throw isForeignKeyViolation(thrown) ? groupNotFound(groupId) : thrown;
      }
      return { cluster: { ...cluster, source }, report };
    },

    list: async (groupId: Id, page: PageRequest): Promise<Page<ShownCluster>> =>
      mapPage(await table.selectClusters(database, groupId, page), (stored) => shown(withSource(stored))),

    /** Returns the clusters of several projects, oldest first. */
    listOfProjects: async (groupIds: readonly Id[]): Promise<readonly Cluster[]> =>
      groupIds.length === 0 ? [] : await table.selectClustersOf(database, groupIds),

    /**
     * Returns a cluster as clients see it. A removed cluster is shown once, as DELETING, because clients that wait for a removal
     * expect that state.
     * @throws ApiError `CLUSTER_NOT_FOUND`
     */
    show: async (groupId: Id, name: string): Promise<ShownCluster> => {
      const stored = await table.selectCluster(database, groupId, name);
      if (stored !== undefined) return shown(withSource(stored));
      const removed = await table.takeRemovedCluster(database, groupId, name);
      if (removed === undefined) throw clusterNotFound(name, groupId);
      return removed;
    },

    remove: async (groupId: Id, name: string): Promise<void> => {
      await database.transaction().execute(async (transaction) => {
        const stored = await table.selectCluster(transaction, groupId, name);
        if (stored === undefined) throw clusterNotFound(name, groupId);
        for (const hook of removalHooks) await hook(transaction, stored);
        await table.deleteCluster(transaction, stored.id);
        const removedAt = deps.clock.now();
        await table.insertRemovedCluster(transaction, stored, { removedAt, forgetBefore: removedAt - DELETING_MS });
      });
    },
  };
}

function shown(cluster: ClusterWithSource): ShownCluster {
  return { ...cluster, state: 'IDLE' };
}
