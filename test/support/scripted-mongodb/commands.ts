import { createHash } from 'node:crypto';
import { Long, serialize, Timestamp, UUID } from 'bson';
import { openCursor, sessionOf, takeBatch, type Cursor } from './cursors.ts';
import { readDocuments, statsOf, type ScriptedCollection } from './data.ts';
import type { Deployment } from './deployment.ts';
import { idOf } from './id-order.ts';
import { Refusal } from './refusal.ts';
import { applyOps, collMod, dropDatabase, renameCollection } from './oplog.ts';
import type { ScriptedRequest } from './script.ts';
import { cursorReply, isDoc, type Doc } from './wire-messages.ts';
import { create, createIndexes, drop, insert } from './writes.ts';

/** The state of one member, and the deployment, which all members share. */
export interface Member {
  readonly index: number;
  readonly deployment: Deployment;
  readonly cursors: Map<bigint, Cursor>;
}

type Answer = Doc | { readonly bytes: Uint8Array };
type Handler = (member: Member, request: ScriptedRequest) => Answer;

const FIRST_BATCH_DOCUMENTS = 101;
const DEFAULT_BATCH_BYTES = 16 * 1024 * 1024;
const SAMPLE_DOCUMENTS = 1000;
/** The reads. A secondary refuses them unless `$readPreference` permits a secondary. */
const READS = new Set([
  'find',
  'aggregate',
  'count',
  'collStats',
  'dbStats',
  'listCollections',
  'listDatabases',
  'listIndexes',
]);
const DEFAULT_INDEXES: readonly Doc[] = [{ v: 2, key: { _id: 1 }, name: '_id_' }];

const HANDLERS: Readonly<Record<string, Handler>> = {
  hello,
  ismaster: hello,
  isMaster: hello,
  ping: () => ({}),
  buildInfo: ({ deployment: { options } }) => {
    const { version = '8.0.4' } = options;
    return { version, versionArray: [...version.split('.').map(Number), 0], ...options.buildInfo };
  },
  connectionStatus: () => ({ authInfo: { authenticatedUsers: [], authenticatedUserRoles: [] } }),
  startSession: () => ({ id: { id: new UUID() }, timeoutMinutes: 30 }),
  endSessions: () => ({}),
  refreshSessions: () => ({}),
  getParameter: ({ deployment }) => ({
    minSnapshotHistoryWindowInSeconds: deployment.options.historyWindowSeconds ?? 300,
  }),
  listDatabases,
  listCollections,
  listIndexes,
  find,
  aggregate,
  count: (member, request) => ({ n: statsOf(existing(member, request) ?? {}).count }),
  collStats: (member, request) => statsOf(existing(member, request) ?? {}),
  dbStats: ({ deployment: { history } }, { database }) => ({
    dataSize: history.collections(database).reduce((sum, { collection }) => sum + statsOf(collection).size, 0),
  }),
  getMore,
  killCursors,
  create: written(create),
  drop: written(drop),
  insert: written(insert),
  createIndexes: written(createIndexes),
  listCommands: () => ({ commands: Object.fromEntries(Object.keys(HANDLERS).map((name) => [name, {}])) }),
  applyOps: written(applyOps),
  renameCollection: written(renameCollection),
  collMod: written(collMod),
  dropDatabase: written(dropDatabase),
};

function written(write: (deployment: Deployment, request: ScriptedRequest) => Doc): Handler {
  return ({ index, deployment }, request) => {
    const { topology, primary } = deployment;
    if (topology === 'replicaSet' && primary !== index) throw new Refusal(10_107, 'not primary');
    return write(deployment, request);
  };
}

/** @throws Refusal */
export function answer(member: Member, request: ScriptedRequest): Answer {
  const { name, command } = request;
  const handler = HANDLERS[name];
  if (handler === undefined) throw new Refusal(59, `no such command: '${name}'`);
  const { topology, primary } = member.deployment;
  const isSecondary = topology === 'replicaSet' && primary !== member.index;
  if (isSecondary && READS.has(name)) {
    const preference = command['$readPreference'];
    const mode = isDoc(preference) ? preference['mode'] : 'primary';
    if (mode === 'primary') throw new Refusal(13435, 'not primary and secondaryOk=false');
  }
  return handler(member, request);
}

function hello({ index, deployment }: Member): Doc {
  const { topology, hosts, primary, options } = deployment;
  const isPrimary = topology !== 'replicaSet' || index === primary;
  const tags = options.tags?.[index];
  return {
    helloOk: true,
    isWritablePrimary: isPrimary,
    ismaster: isPrimary,
    minWireVersion: 0,
    maxWireVersion: options.maxWireVersion ?? 25,
    maxBsonObjectSize: 16 * 1024 * 1024,
    maxMessageSizeBytes: 48_000_000,
    maxWriteBatchSize: 100_000,
    localTime: new Date(),
    readOnly: false,
    ...(options.sessions === false ? {} : { logicalSessionTimeoutMinutes: 30 }),
    ...(topology === 'sharded' ? { msg: 'isdbgrid' } : {}),
    ...(topology === 'replicaSet'
      ? {
          setName: 'rs0',
          setVersion: 1,
          secondary: !isPrimary,
          hosts,
          me: hosts[index],
          ...(primary < 0 ? {} : { primary: hosts[primary] }),
          ...(tags === undefined ? {} : { tags }),
          lastWrite: {
            opTime: { ts: deployment.clusterTime, t: Long.ONE },
            lastWriteDate: new Date(deployment.clusterTime.t * 1000),
          },
        }
      : {}),
    ...options.hello,
  };
}

function listDatabases({ deployment: { history } }: Member, { command }: ScriptedRequest): Answer {
  const nameOnly = command['nameOnly'] === true;
  const databases = history.databases().map((name) => (nameOnly ? { name } : { name, sizeOnDisk: 1, empty: false }));
  return { databases, totalSize: 1 };
}

function listCollections({ deployment: { history } }: Member, { database, command }: ScriptedRequest): Answer {
  const { filter } = command;
  const wanted = isDoc(filter) ? filter['name'] : undefined;
  const batch = history
    .collections(database)
    .filter(({ name }) => wanted === undefined || name === wanted)
    .map(({ name, collection }) => {
      const type = collection.type ?? 'collection';
      if (command['nameOnly'] === true) return { name, type };
      const info = type === 'view' ? { readOnly: true } : { readOnly: false, uuid: uuidOf(database, name) };
      const idIndex = type === 'collection' ? { idIndex: DEFAULT_INDEXES[0] } : {};
      return { name, type, options: collection.options ?? {}, info, ...idIndex };
    });
  return oneBatch(`${database}.$cmd.listCollections`, batch);
}

function listIndexes(member: Member, request: ScriptedRequest): Answer {
  const collection = existing(member, request);
  if (collection === undefined) throw new Refusal(26, `ns does not exist: ${namespace(request)}`);
  if (collection.type === 'view') throw new Refusal(166, `Namespace ${namespace(request)} is a view, not a collection`);
  return oneBatch(namespace(request), collection.indexes ?? DEFAULT_INDEXES);
}

function find(member: Member, request: ScriptedRequest): Answer {
  const { command } = request;
  const ids = idsOf(command['filter']);
  for (const key of ['filter', 'projection', 'skip'] as const) {
    if (key === 'filter' && ids !== undefined) continue;
    const given = command[key];
    if (given !== undefined && !(isDoc(given) && Object.keys(given).length === 0)) {
      throw new Refusal(238, `the scripted server knows no ${key}`);
    }
  }
  const [min, max] = [boundOf(command, 'min'), boundOf(command, 'max')];
  const isSorted = isById(command['sort']) || isById(command['hint']);
  if ((min !== undefined || max !== undefined) && !isById(command['hint'])) {
    throw new Refusal(51173, "Must provide a 'hint' with min and max");
  }
  const range = { isSorted, ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) };
  return firstBatch(member, request, (collection) => limited(readDocuments(collection, range), ids, command['limit']));
}

/** The `_id`s of a filter `{_id: {$in: […]}}`, in a form that can be compared. */
function idsOf(filter: unknown): ReadonlySet<string> | undefined {
  const byId = isDoc(filter) ? filter['_id'] : undefined;
  const wanted = isDoc(byId) ? byId['$in'] : undefined;
  return Array.isArray(wanted) ? new Set(wanted.map(idText)) : undefined;
}

function idText(id: unknown): string {
  return Buffer.from(serialize({ id })).toString('latin1');
}

function* limited(
  documents: Iterable<Uint8Array>,
  ids: ReadonlySet<string> | undefined,
  limit: unknown,
): Generator<Uint8Array> {
  let left = typeof limit === 'number' && limit > 0 ? limit : Infinity;
  for (const document of documents) {
    if (ids !== undefined && !ids.has(idText(idOf(document)))) continue;
    yield document;
    if (--left === 0) return;
  }
}

function aggregate(member: Member, request: ScriptedRequest): Answer {
  const { pipeline } = request.command;
  const [first] = Array.isArray(pipeline) ? (pipeline as readonly unknown[]) : [];
  if (isDoc(first) && first['$collStats'] !== undefined) {
    const { count, size } = statsOf(existing(member, request) ?? {});
    return oneBatch(namespace(request), [{ storageStats: { count, size } }]);
  }
  if (isDoc(first) && first['$sample'] !== undefined) {
    const size = isDoc(first['$sample']) ? Number(first['$sample']['size']) : SAMPLE_DOCUMENTS;
    return firstBatch(member, request, (collection) => sampleOf(collection, size));
  }
  throw new Refusal(40324, 'the scripted server does not know this pipeline');
}

/** Yields the `_id`s of evenly spaced documents, in their order. */
function* sampleOf(collection: ScriptedCollection, size: number): Generator<Uint8Array> {
  const step = Math.max(1, Math.floor(statsOf(collection).count / size));
  let number = 0;
  for (const document of readDocuments(collection, { isSorted: true })) {
    if (number++ % step === 0) yield serialize({ _id: idOf(document) });
  }
}

function firstBatch(
  member: Member,
  request: ScriptedRequest,
  documentsOf: (collection: ScriptedCollection) => Iterator<Uint8Array, unknown>,
): Answer {
  const { deployment } = member;
  const { command, database, name } = request;
  const atClusterTime = snapshotTime(deployment, command);
  const collectionName = command[name];
  if (typeof collectionName !== 'string') throw new Refusal(73, 'collection name has invalid type');
  const collection = deployment.history.readable(database, collectionName, atClusterTime) ?? {};
  const cursor = openCursor({
    database,
    name: collectionName,
    collection,
    documents: documentsOf(collection),
    atClusterTime,
    session: sessionOf(command),
    isSingleBatch: command['singleBatch'] === true,
  });
  member.cursors.set(cursor.id, cursor);
  const options = isDoc(command['cursor']) ? command['cursor'] : command;
  return batchOf(member, cursor, 'firstBatch', Number(options['batchSize'] ?? FIRST_BATCH_DOCUMENTS));
}

function getMore(member: Member, { command }: ScriptedRequest): Answer {
  const { history, oldestTime } = member.deployment;
  const id = command['getMore'];
  const cursor = typeof id === 'bigint' ? member.cursors.get(id) : undefined;
  if (cursor === undefined) throw new Refusal(43, `cursor id ${String(id)} not found`);
  if (cursor.session !== sessionOf(command)) {
    throw new Refusal(50738, `Cannot run getMore on cursor ${cursor.id}, which was created in another session`);
  }
  const isDropped = history.readable(cursor.database, cursor.name) !== cursor.collection;
  if (cursor.atClusterTime === undefined && isDropped) {
    member.cursors.delete(cursor.id);
    throw new Refusal(175, 'collection dropped');
  }
  if (cursor.atClusterTime !== undefined && cursor.atClusterTime < oldestTime) throw tooOld();
  return batchOf(member, cursor, 'nextBatch', Number(command['batchSize'] ?? Infinity));
}

function killCursors({ cursors }: Member, { command }: ScriptedRequest): Answer {
  const ids: readonly unknown[] = Array.isArray(command['cursors']) ? command['cursors'] : [];
  const killed = ids.filter((id) => typeof id === 'bigint' && cursors.delete(id));
  return { cursorsKilled: killed, cursorsNotFound: [], cursorsAlive: [], cursorsUnknown: [] };
}

function batchOf(member: Member, cursor: Cursor, name: 'firstBatch' | 'nextBatch', documents: number): Answer {
  const bytes = member.deployment.options.batchBytes ?? DEFAULT_BATCH_BYTES;
  const batch = takeBatch(cursor, { documents, bytes });
  const isOver = cursor.next === undefined || cursor.isSingleBatch;
  if (isOver) member.cursors.delete(cursor.id);
  const { atClusterTime } = cursor;
  const facts = {
    id: isOver ? Long.ZERO : Long.fromBigInt(cursor.id),
    ns: `${cursor.database}.${cursor.name}`,
    ...(atClusterTime === undefined || name === 'nextBatch' ? {} : { atClusterTime: new Timestamp(atClusterTime) }),
  };
  return { bytes: cursorReply({ name, documents: batch }, facts, { ok: 1, ...gossip(member.deployment) }) };
}

/** Returns the cluster time that a read with `readConcern: snapshot` shows, and undefined for other reads. @throws Refusal */
function snapshotTime(deployment: Deployment, command: Doc): bigint | undefined {
  const { readConcern } = command;
  if (!isDoc(readConcern) || readConcern['level'] !== 'snapshot') return undefined;
  const { snapshotReads = 'supported' } = deployment.options;
  if (snapshotReads === 'ignored') return undefined;
  if (snapshotReads === 'refused') throw new Refusal(72, 'read concern level snapshot is not supported');
  if (deployment.topology === 'standalone')
    throw new Refusal(123, 'node needs to be a replica set member to use readConcern: snapshot');
  const { atClusterTime } = readConcern;
  const time = atClusterTime instanceof Timestamp ? atClusterTime.toBigInt() : deployment.clusterTime.toBigInt();
  if (time < deployment.oldestTime) throw tooOld();
  return time;
}

function tooOld(): Refusal {
  return new Refusal(239, 'Read timestamp is older than the oldest available timestamp.');
}

/** Returns the fields with the cluster time, which every reply of a replica set or a mongos has. */
export function gossip({ topology, clusterTime }: Deployment): Doc {
  if (topology === 'standalone') return {};
  const signature = { hash: Buffer.alloc(20), keyId: Long.ZERO };
  return { operationTime: clusterTime, $clusterTime: { clusterTime, signature } };
}

function existing(
  { deployment }: Member,
  { database, name, command }: ScriptedRequest,
): ScriptedCollection | undefined {
  return deployment.history.collection(database, String(command[name]));
}

function namespace({ database, name, command }: ScriptedRequest): string {
  return `${database}.${String(command[name])}`;
}

function oneBatch(ns: string, batch: readonly Doc[]): Answer {
  return { cursor: { id: Long.ZERO, ns, firstBatch: batch } };
}

function isById(value: unknown): boolean {
  return value === '_id_' || (isDoc(value) && Object.keys(value).join() === '_id');
}

function boundOf(command: Doc, key: 'min' | 'max'): { readonly id: unknown } | undefined {
  const bound = command[key];
  return isDoc(bound) && '_id' in bound ? { id: bound['_id'] } : undefined;
}

/** Returns a UUID that depends on the name alone, because a collection has one UUID on all members. */
function uuidOf(database: string, name: string): UUID {
  return new UUID(createHash('sha256').update(`${database}.${name}`).digest().subarray(0, 16));
}
