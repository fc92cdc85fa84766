import type { Compressor, Doc } from './wire-messages.ts';

/** A command as a member got it. */
export interface ScriptedRequest {
  /** Which member or mongos got it, from 0. */
  readonly member: number;
  readonly database: string;
  /** The command's name, such as `find`. */
  readonly name: string;
  readonly command: Doc;
  readonly compressor: Compressor | undefined;
}

/** What a script makes of a command; undefined lets the server answer by itself. */
export type ScriptedAnswer =
  | { readonly refuse: { readonly code: number; readonly message: string; readonly labels?: readonly string[] } }
  | { readonly reply: Doc }
  /** A whole reply that was made before, as BSON. */
  | { readonly bytes: Uint8Array }
  /** The socket is closed without an answer. */
  | { readonly cut: true }
  | undefined;

/** Says, for each command but hello, what is to happen other than what a server does; may wait before it does. */
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

/** The collection that a command is about; undefined where it is about none. */
function collectionOf({ name, command }: ScriptedRequest): string | undefined {
  const target = command[name];
  return typeof target === 'string' ? target : undefined;
}

/**
 * What the role `readAnyDatabase` may do.
 * https://www.mongodb.com/docs/manual/reference/built-in-roles/#mongodb-authrole-readAnyDatabase
 */
export const readAnyDatabase: Script = (request) => {
  const { name, database } = request;
  if (ALLOWED_TO_ALL.has(name) || name === 'listDatabases') return undefined;
  if (['local', 'config', 'admin'].includes(database)) return unauthorized(request);
  return isReadable(collectionOf(request)) ? undefined : unauthorized(request);
};

/** What the role `read` on one database may do. */
export const read =
  (granted: string): Script =>
  (request) => {
    const { name, database, command } = request;
    if (ALLOWED_TO_ALL.has(name)) return undefined;
    if (name === 'listDatabases') return command['authorizedDatabases'] === true ? undefined : unauthorized(request);
    return database === granted && isReadable(collectionOf(request)) ? undefined : unauthorized(request);
  };

/** What a role may do that has the action `find` on some collections, and no other. */
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
