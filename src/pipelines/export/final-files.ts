import type { JsonObject } from '../../kernel/json.ts';
import type { SnapshotCollection } from '../../snapshot/repository/index.ts';
import type { ExportContents } from './contents.ts';
import type { ExportManifest, ExportObject, ExportOptions, ExportTotals } from './contract.ts';
import type { ExportKeys } from './keys.ts';
import type { WholeObject } from './object-queue.ts';
import { textObject } from './whole-object.ts';

/** Makes `metadata.json` of a collection, with the keys that Atlas writes. */
export function metadataObject(keys: ExportKeys, collection: SnapshotCollection): WholeObject {
  const { database, name, type, options, indexes, uuid } = collection;
  const known = {
    ...(uuid === undefined ? {} : { uuid }),
    collectionName: name,
    ...(type === 'timeseries' ? { type } : {}),
  };
  // Options and indexes are JSON texts that must not change.
  const text = `{"options":${options},"indexes":[${indexes.join()}],${JSON.stringify(known).slice(1)}`;
  return textObject(keys.metadata(database, name), text);
}

/** Makes `.manifest.json`. */
export function manifestObject(
  keys: ExportKeys,
  { snapshot, mode, product }: ExportOptions,
  written: {
    readonly totals: ExportTotals;
    readonly contents: ExportContents;
    readonly objects: readonly ExportObject[];
    readonly objectsChecked: boolean;
  },
): WholeObject {
  const manifest: ExportManifest = {
    format: 'longshore-export',
    version: 1,
    product,
    snapshotId: snapshot.header.id,
    extendedJson: mode,
    consistency: snapshot.header.consistency,
    totals: written.totals,
    collections: written.contents.collections.map(manifestEntry),
    leftOut: written.contents.leftOut,
    badValues: written.contents.badValues,
    objectsChecked: written.objectsChecked,
    objects: written.objects.map(({ key, bytes, sha256, documents }) => ({ key, bytes, sha256, documents })),
  };
  return textObject(keys.manifest, `${JSON.stringify(manifest, null, 1)}\n`);
}

/** The entry of a collection in the manifest. */
function manifestEntry(collection: SnapshotCollection): JsonObject {
  const { database, name, type, documents, documentsAre, badDocuments, lookAlikes } = collection;
  return {
    database,
    name,
    type,
    documents,
    ...(documentsAre === undefined ? {} : { documentsAre }),
    badDocuments,
    lookAlikes,
  };
}

/** Makes `.complete`, with the keys that Atlas writes, in Atlas's order. */
export function completeObject(
  keys: ExportKeys,
  { snapshot, completion }: ExportOptions,
  totals: ExportTotals,
): WholeObject {
  const { orgId, orgName, groupId, groupName, clusterUniqueId, clusterName, labels, customData } = completion;
  const complete = {
    orgId,
    orgName,
    groupId,
    groupName,
    clusterUniqueId,
    clusterName,
    snapshotInitiationDate: new Date(snapshot.header.startedAt).toISOString(),
    totalFiles: totals.files,
    labels,
    customData,
  };
  return textObject(keys.complete, JSON.stringify(complete));
}
