import type { Document } from 'mongodb';
// This import goes around the front door of extjson, because the threads that encode import the front door and seldom
// need this transcoder.
import { createTypeScriptTranscoder } from '../../../extjson/transcoder-ts/transcoder.ts';
import { AppError } from '../../../kernel/errors.ts';
import { isJsonObject, type Json } from '../../../kernel/json.ts';
import { memberTexts, type JsonText } from '../../../kernel/json-text.ts';
import type { CollectionInfo, CollectionType, LeftOut } from '../../contract.ts';
import { documentLength } from '../../blocks/index.ts';
import { readCursor } from './cursor.ts';
import type { DeploymentServer } from './deployment.ts';
import { COMMAND_NOT_SUPPORTED_ON_VIEW, NAMESPACE_NOT_FOUND, openFailure, serverCode, UNAUTHORIZED } from './errors.ts';
import { mapParallel } from './map-parallel.ts';

/** The databases that MongoDB keeps for itself: sessions, the sharding catalogue, the oplog. */
const INTERNAL_DATABASES = ['config', 'local'];

/** The largest number of commands that run at the same time. */
const PARALLEL_COMMANDS = 16;

const never = new AbortController().signal;

/** The parts of a deployment that a snapshot takes and leaves out. */
export interface Catalog {
  /** By database then name. */
  readonly collections: readonly CollectionInfo[];
  readonly leftOut: readonly LeftOut[];
}

/** A collection in the reply to `listCollections`. */
interface Listed {
  readonly info: CollectionInfo;
  /** False if the user may see only names and types. */
  readonly isComplete: boolean;
}

/**
 * Lists the collections of all databases, or of one, with their options and indexes. The commands need no more rights
 * than `readAnyDatabase`, or `read` on that one database.
 * @throws AppError if the user may not list a database.
 */
export async function readCatalog(server: DeploymentServer, onlyDatabase: string | undefined): Promise<Catalog> {
  const leftOut: LeftOut[] = [];
  const databases = onlyDatabase === undefined ? await listDatabases(server) : [onlyDatabase];
  for (const name of databases.filter((each) => INTERNAL_DATABASES.includes(each))) {
    leftOut.push({ name, reason: `MongoDB keeps the database ${name} for itself` });
  }
  const taken = databases.filter((name) => !INTERNAL_DATABASES.includes(name));
  const listed: Listed[] = [];
  for (const found of await mapParallel(taken, PARALLEL_COMMANDS, (name) => listDatabase(server, name))) {
    if ('reason' in found) leftOut.push(found);
    else listed.push(...found);
  }
  const known = await mapParallel(listed, PARALLEL_COMMANDS, (each) => withIndexes(server, each));
  const collections = known.flatMap(({ info }) => (info === undefined ? [] : [info]));
  collections.sort((a, b) => compare(a.database, b.database) || compare(a.name, b.name));
  leftOut.push(...known.flatMap(({ missing }) => (missing === undefined ? [] : [missing])));
  return { collections, leftOut: leftOut.sort((a, b) => compare(a.name, b.name)) };
}

/** Returns the databases that the user may see. */
async function listDatabases(server: DeploymentServer): Promise<string[]> {
  const reply = await orElse(
    UNAUTHORIZED,
    () => server.command('admin', { listDatabases: 1, nameOnly: true }),
    () => server.command('admin', { listDatabases: 1, nameOnly: true, authorizedDatabases: true }),
  );
  const databases: readonly unknown[] = Array.isArray(reply['databases']) ? reply['databases'] : [];
  return databases.flatMap((each) =>
    typeof each === 'object' && each !== null && 'name' in each && typeof each.name === 'string' ? [each.name] : [],
  );
}

async function listDatabase(server: DeploymentServer, database: string): Promise<Listed[] | LeftOut> {
  try {
    return await orElse(
      UNAUTHORIZED,
      () => listCollections(server, database, { listCollections: 1 }),
      () => listCollections(server, database, { listCollections: 1, nameOnly: true, authorizedCollections: true }),
    );
  } catch (cause) {
    // A user may see the name of `admin` without a right to anything in it. It seldom holds more than users and roles.
    if (database === 'admin' && serverCode(cause) === UNAUTHORIZED) {
      return { name: database, reason: 'the user may not list its collections' };
    }
    throw openFailure(cause);
  }
}

/**
 * The replies are transcoded from their bytes, because JavaScript objects would move those keys of an index to the
 * front that look like integers.
 */
async function listCollections(server: DeploymentServer, database: string, command: Document): Promise<Listed[]> {
  const listed: Listed[] = [];
  for (const text of await readAll(server, database, command)) {
    const value: unknown = JSON.parse(text);
    if (!isJsonObject(value) || typeof value['name'] !== 'string') {
      throw new AppError({
        code: 'INVALID_SERVER_REPLY',
        message: `the server lists a collection without a name in ${database}`,
      });
    }
    const { name, type, info } = value;
    const collectionType: CollectionType = type === 'view' || type === 'timeseries' ? type : 'collection';
    const options = memberTexts(text).get('options') ?? '{}';
    listed.push({
      info: { database, name, type: collectionType, options, indexes: [], ...uuidOf(info) },
      isComplete: command['nameOnly'] !== true,
    });
  }
  return listed;
}

/** Adds the indexes of a collection. Returns nothing if the collection was dropped after it was listed. */
async function withIndexes(
  server: DeploymentServer,
  { info, isComplete }: Listed,
): Promise<{ readonly info?: CollectionInfo; readonly missing?: LeftOut }> {
  const name = `${info.database}.${info.name}`;
  const unlisted = { name: `${name}: options and indexes`, reason: 'the user may not list them' };
  if (isKeptByMongodb(info.name)) return { info };
  if (info.type === 'view') return { info, ...(isComplete ? {} : { missing: unlisted }) };
  try {
    const indexes = await readAll(server, info.database, { listIndexes: info.name });
    return {
      info: { ...info, indexes },
      ...(isComplete ? {} : { missing: { ...unlisted, name: `${name}: options` } }),
    };
  } catch (cause) {
    const code = serverCode(cause);
    if (code === NAMESPACE_NOT_FOUND)
      return { missing: { name, reason: 'it was dropped while the deployment was listed' } };
    if (code === COMMAND_NOT_SUPPORTED_ON_VIEW) return { info: { ...info, type: 'view' } };
    if (code !== UNAUTHORIZED) throw openFailure(cause);
    return { info, missing: isComplete ? { ...unlisted, name: `${name}: indexes` } : unlisted };
  }
}

/** Returns each document that a command lists as Extended JSON. */
async function readAll(server: DeploymentServer, database: string, command: Document): Promise<JsonText[]> {
  const texts: JsonText[] = [];
  for await (const { documents } of readCursor(server, { database, command, signal: never })) {
    for (let at = 0; at < documents.length;) {
      const end = at + documentLength(documents, at);
      texts.push(
        Buffer.from(transcoder.transcode(documents.subarray(at, end)).json)
          .toString('utf8')
          .trimEnd(),
      );
      at = end;
    }
  }
  return texts;
}

const transcoder = createTypeScriptTranscoder('canonical');

/**
 * Whether MongoDB keeps the collection for itself. Its indexes are not listed, because most users may not list them.
 */
export function isKeptByMongodb(name: string): boolean {
  return name.startsWith('system.') && name !== 'system.js';
}

/** Runs `second` if the server refuses `first` with this code. */
async function orElse<T>(code: number, first: () => Promise<T>, second: () => Promise<T>): Promise<T> {
  try {
    return await first();
  } catch (cause) {
    if (serverCode(cause) !== code) throw cause;
    return await second();
  }
}

/** Reads `{"uuid":{"$binary":{"base64":…,"subType":"04"}}}`. FerretDB and old servers send no uuid. */
function uuidOf(info: Json | undefined): { readonly uuid?: string } {
  const uuid = isJsonObject(info) ? info['uuid'] : undefined;
  const binary = isJsonObject(uuid) ? uuid['$binary'] : undefined;
  const base64 = isJsonObject(binary) ? binary['base64'] : undefined;
  return typeof base64 === 'string' ? { uuid: Buffer.from(base64, 'base64').toString('hex') } : {};
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
