import type { Compressor, Doc } from './wire-messages.ts';

/** A command that a member received. */
export interface ScriptedRequest {
  /** The number of the member or mongos that received the command, from 0. */
  readonly member: number;
  readonly database: string;
  /** The command's name, such as `find`. */
  readonly name: string;
  readonly command: Doc;
  /** The sections of documents by the names of their fields, such as `documents` of an insert: the documents one after another. */
  readonly sections: ReadonlyMap<string, Uint8Array>;
  /** The bytes of the command without sections of documents. */
  readonly bytes: Uint8Array;
  readonly compressor: Compressor | undefined;
}

/** A script's answer to a command; undefined: the server answers as usual. */
export type ScriptedAnswer =
  | { readonly refuse: { readonly code: number; readonly message: string; readonly labels?: readonly string[] } }
  | { readonly reply: Doc }
  /** The whole reply as BSON. */
  | { readonly bytes: Uint8Array }
  /** The socket is closed without an answer. */
  | { readonly cut: true }
  | undefined;

/** Decides the answer to each command except hello. A script may wait before it answers. */
export type Script = (request: ScriptedRequest) => ScriptedAnswer | Promise<ScriptedAnswer>;

export function refuse(code: number, message: string, labels?: readonly string[]): ScriptedAnswer {
  return { refuse: { code, message, ...(labels === undefined ? {} : { labels }) } };
}

const UNAUTHORIZED = 13;
const ALLOWED_TO_ALL = new Set([
  'hello',
  'ismaster',
  'isMaster',
  'ping',
  'buildInfo',
  'endSessions',
  'killCursors',
  'getMore',
  'connectionStatus',
]);

function unauthorized({ name, database }: ScriptedRequest): ScriptedAnswer {
  return refuse(UNAUTHORIZED, `not authorized on ${database} to execute command { ${name}: ... }`);
}

/** Returns the collection that a command names, or undefined if it names none. */
function collectionOf({ name, command }: ScriptedRequest): string | undefined {
  const target = command[name];
  return typeof target === 'string' ? target : undefined;
}

/**
 * Permits what the role `readAnyDatabase` permits.
 * https://www.mongodb.com/docs/manual/reference/built-in-roles/#mongodb-authrole-readAnyDatabase
 */
export const readAnyDatabase: Script = (request) => {
  const { name, database } = request;
  if (ALLOWED_TO_ALL.has(name) || name === 'listDatabases') return undefined;
  if (['local', 'config', 'admin'].includes(database)) return unauthorized(request);
  return isReadable(collectionOf(request)) ? undefined : unauthorized(request);
};

/** Permits what the role `read` on one database permits. */
export const read =
  (granted: string): Script =>
  (request) => {
    const { name, database, command } = request;
    if (ALLOWED_TO_ALL.has(name)) return undefined;
    if (name === 'listDatabases') return command['authorizedDatabases'] === true ? undefined : unauthorized(request);
    return database === granted && isReadable(collectionOf(request)) ? undefined : unauthorized(request);
  };

/** Permits what a role permits that has only the action `find`, on some collections. */
export const findOnly =
  (granted: string, collections: readonly string[]): Script =>
  (request) => {
    const { name, database, command } = request;
    if (ALLOWED_TO_ALL.has(name)) return undefined;
    if (name === 'listDatabases') return command['authorizedDatabases'] === true ? undefined : unauthorized(request);
    if (name === 'listCollections' && database === granted) {
      const isModest = command['nameOnly'] === true && command['authorizedCollections'] === true;
      return isModest ? undefined : unauthorized(request);
    }
    const collection = collectionOf(request);
    const isGranted = name === 'find' && database === granted && collections.includes(collection ?? '');
    return isGranted ? undefined : unauthorized(request);
  };

function isReadable(collection: string | undefined): boolean {
  return collection === undefined || !collection.startsWith('system.') || collection === 'system.js';
}
