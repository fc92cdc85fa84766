import { serialize } from 'bson';
import { orderedDocument } from '../../../src/snapshot/targets/mongodb/ordered-values.ts';
import type { Deployment } from './deployment.ts';
import { idOf } from './id-order.ts';
import { Refusal } from './refusal.ts';
import type { ScriptedRequest } from './script.ts';
import type { Doc } from './wire-messages.ts';
import { create, drop, writtenTo } from './writes.ts';

// The commands with which an oplog is applied, as far as a restore uses them.
// https://github.com/mongodb/mongo/blob/master/src/mongo/db/repl/README.md

type Values = Map<string, unknown>;

const isMap = (value: unknown): value is Values => value instanceof Map;
const keyOf = (id: unknown): string => Buffer.from(serialize(new Map([['id', id]]))).toString('latin1');

/** Applies operations in their order, and stops at the first one that fails. */
export function applyOps(deployment: Deployment, { bytes }: ScriptedRequest): Doc {
  const given = orderedDocument(bytes).get('applyOps');
  const operations: readonly unknown[] = Array.isArray(given) ? given : [];
  for (const operation of operations) {
    if (!isMap(operation)) throw new Refusal(14, 'an operation is no document');
    applyOne(deployment, operation);
  }
  return { applied: operations.length, results: operations.map(() => true) };
}

function applyOne(deployment: Deployment, operation: Values): void {
  const tied = ['ui', 'lsid', 'txnNumber'].find((key) => operation.has(key));
  if (tied !== undefined) throw new Refusal(72, `an operation has ${tied}, which is of another deployment`);
  const [namespace, o, o2] = [String(operation.get('ns')), operation.get('o'), operation.get('o2')];
  const [database, name] = parts(namespace);
  const collection = deployment.history.collection(database, name);
  if (!isMap(o)) throw new Refusal(14, 'o is no document');
  if (operation.get('op') === 'c') {
    const request = { database, name: 'create', command: Object.fromEntries(o), bytes: serialize(o) };
    if (!o.has('create')) throw new Refusal(72, 'the scripted server knows no other command of an oplog');
    create(deployment, { ...request, member: 0, sections: new Map(), compressor: undefined });
    return;
  }
  if (collection === undefined) {
    throw new Refusal(26, `cannot apply insert, delete, or update operation on a non-existent namespace ${namespace}`);
  }
  const { documents, ids } = writtenTo(deployment, database, name, collection);
  const id = operation.get('op') === 'u' ? (isMap(o2) ? o2.get('_id') : undefined) : o.get('_id');
  const isHere = (document: Uint8Array): boolean => keyOf(idOf(document)) === keyOf(id);
  const at = ids.has(keyOf(id)) ? documents.findIndex(isHere) : -1;
  const [before] = at < 0 ? [] : documents.slice(at);
  switch (operation.get('op')) {
    case 'i':
      ids.add(keyOf(id));
      documents.splice(at < 0 ? documents.length : at, at < 0 ? 0 : 1, serialize(o));
      break;
    case 'd':
      ids.delete(keyOf(id));
      if (at >= 0) documents.splice(at, 1);
      break;
    case 'u':
      if (before === undefined) throw new Refusal(193, 'Failed to apply update');
      documents[at] = serialize(updated(orderedDocument(before), o));
      break;
    default:
      throw new Refusal(72, `no such op: ${String(operation.get('op'))}`);
  }
}

/** The three forms of an update: `$v: 2` with a diff, modifiers, and a new document. */
function updated(document: Values, o: Values): Values {
  const diff = o.get('diff');
  if (isMap(diff)) return patched(document, diff);
  const [set, unset] = [o.get('$set'), o.get('$unset')];
  if (!isMap(set) && !isMap(unset)) return o;
  const next = structured(document);
  for (const [path, value] of isMap(set) ? set : []) setAt(next, path.split('.'), value);
  for (const path of isMap(unset) ? unset.keys() : []) setAt(next, path.split('.'), undefined);
  return next;
}

function setAt(document: Values, [key = '', ...rest]: readonly string[], value: unknown): void {
  if (rest.length > 0) {
    const inner = document.get(key);
    const next = isMap(inner) ? structured(inner) : new Map<string, unknown>();
    setAt(next, rest, value);
    document.set(key, next);
  } else if (value === undefined) document.delete(key);
  else document.set(key, value);
}

const structured = (values: Values): Values => new Map(values);

function patched(document: Values, diff: Values): Values {
  const next = structured(document);
  for (const [key, change] of diff) {
    if (!isMap(change)) continue;
    if (key === 'd') for (const name of change.keys()) next.delete(name);
    else if (key === 'u') for (const [name, value] of change) next.set(name, value);
    else if (key === 'i') {
      for (const [name, value] of change) {
        next.delete(name);
        next.set(name, value);
      }
    } else next.set(key.slice(1), patchedValue(next.get(key.slice(1)), change));
  }
  return next;
}

function patchedValue(value: unknown, diff: Values): unknown {
  if (diff.get('a') !== true) return patched(isMap(value) ? value : new Map<string, unknown>(), diff);
  const items: unknown[] = Array.isArray(value) ? [...(value as readonly unknown[])] : [];
  for (const [key, change] of diff) {
    const index = Number(key.slice(1));
    if (key === 'l') items.length = Number(change);
    else if (key.startsWith('u')) items[index] = change;
    else if (key.startsWith('s') && isMap(change)) items[index] = patchedValue(items[index], change);
  }
  return items;
}

export function renameCollection(deployment: Deployment, { command }: ScriptedRequest): Doc {
  const [from, to] = [String(command['renameCollection']), String(command['to'])];
  const [fromDatabase, fromName] = parts(from);
  const collection = deployment.history.collection(fromDatabase, fromName);
  if (collection === undefined) throw new Refusal(26, `Source collection ${from} does not exist`);
  const [database, name] = parts(to);
  if (deployment.history.collection(database, name) !== undefined && command['dropTarget'] !== true) {
    throw new Refusal(48, 'target namespace exists');
  }
  deployment.set(fromDatabase, fromName, undefined);
  deployment.set(database, name, collection);
  return {};
}

export function collMod(deployment: Deployment, { database, command, bytes }: ScriptedRequest): Doc {
  const name = String(command['collMod']);
  const collection = deployment.history.collection(database, name);
  if (collection === undefined) throw new Refusal(26, 'ns does not exist');
  if ('index' in command) throw new Refusal(27, 'cannot find index');
  const changed = [...orderedDocument(bytes)].filter(([key]) => /^(validat|expireAfter|pipeline|viewOn)/.test(key));
  deployment.set(database, name, { ...collection, options: { ...collection.options, ...Object.fromEntries(changed) } });
  return {};
}

export function dropDatabase(deployment: Deployment, request: ScriptedRequest): Doc {
  for (const { name } of deployment.history.collections(request.database)) {
    if (!name.startsWith('system.')) drop(deployment, { ...request, command: { drop: name } });
  }
  return { dropped: request.database };
}

function parts(namespace: string): readonly [string, string] {
  const dot = namespace.indexOf('.');
  return [namespace.slice(0, dot), namespace.slice(dot + 1)];
}
