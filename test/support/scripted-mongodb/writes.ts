import { serialize } from 'bson';
import { orderedDocument } from '../../../src/snapshot/targets/mongodb/ordered-values.ts';
import type { ScriptedCollection } from './data.ts';
import type { Deployment } from './deployment.ts';
import { idOf } from './id-order.ts';
import { Refusal } from './refusal.ts';
import type { ScriptedRequest } from './script.ts';
import { isDoc, type Doc } from './wire-messages.ts';

// The commands that write, as far as a restore uses them.

const ID_INDEX: Doc = { v: 2, key: { _id: 1 }, name: '_id_' };
const BUCKETS = 'system.buckets.';

/** What the fields of a command are that are not options of the collection. */
const COMMAND_FIELDS = new Set([
  'create',
  'writeConcern',
  'lsid',
  '$db',
  '$readPreference',
  '$clusterTime',
  'txnNumber',
]);

/** The documents of a collection that was written to, and their `_id`s. */
interface Written {
  readonly documents: Uint8Array[];
  readonly ids: Set<string>;
}

const written = new WeakMap<object, Written>();

export function create(deployment: Deployment, { database, command, bytes }: ScriptedRequest): Doc {
  const name = String(command['create']);
  if (deployment.history.collection(database, name) !== undefined) {
    throw new Refusal(48, `Collection ${database}.${name} already exists.`);
  }
  const options = Object.fromEntries([...orderedDocument(bytes)].filter(([field]) => !COMMAND_FIELDS.has(field)));
  const type = 'viewOn' in options ? 'view' : 'timeseries' in options ? 'timeseries' : 'collection';
  deployment.set(database, name, { type, options, documents: [], ...(type === 'view' ? {} : { indexes: [ID_INDEX] }) });
  return {};
}

export function drop(deployment: Deployment, { database, command }: ScriptedRequest): Doc {
  const name = String(command['drop']);
  if (deployment.history.collection(database, name) === undefined) throw new Refusal(26, 'ns not found');
  deployment.set(database, name, undefined);
  return { ns: `${database}.${name}` };
}

export function insert(deployment: Deployment, { database, command }: ScriptedRequest): Doc {
  const name = String(command['insert']);
  const collection = collectionFor(deployment, database, name);
  if (collection.type === 'view') throw new Refusal(166, `Namespace ${database}.${name} is a view, not a collection`);
  const isMeasurements = collection.type === 'timeseries' && !name.startsWith(BUCKETS);
  const { documents, ids } = writtenTo(deployment, database, name, collection);
  const given: readonly unknown[] = Array.isArray(command['documents']) ? command['documents'] : [];
  const writeErrors: Doc[] = [];
  for (const [index, each] of given.entries()) {
    const document = each instanceof Uint8Array ? each : serialize(each as Doc);
    const id = idOf(document);
    const key = Buffer.from(serialize({ id })).toString('latin1');
    if (!isMeasurements && ids.has(key)) {
      writeErrors.push({
        index,
        code: 11_000,
        keyPattern: { _id: 1 },
        keyValue: { _id: id },
        errmsg: 'E11000 duplicate key error',
      });
      if (command['ordered'] !== false) break;
      continue;
    }
    ids.add(key);
    documents.push(document);
  }
  return { n: given.length - writeErrors.length, ...(writeErrors.length === 0 ? {} : { writeErrors }) };
}

/** MongoDB creates a collection when it is first written to. */
function collectionFor(deployment: Deployment, database: string, name: string): ScriptedCollection {
  const owner = name.startsWith(BUCKETS) ? name.slice(BUCKETS.length) : name;
  const found = deployment.history.collection(database, owner);
  if (found !== undefined) return found;
  deployment.set(database, name, { documents: [], indexes: [ID_INDEX] });
  return deployment.history.collection(database, name) ?? {};
}

/** The documents of a collection, which the caller may change. */
export function writtenTo(
  deployment: Deployment,
  database: string,
  name: string,
  collection: ScriptedCollection,
): Written {
  const field = name.startsWith(BUCKETS) ? 'buckets' : 'documents';
  const now = collection[field] ?? [];
  const known = written.get(now);
  if (known !== undefined) return known;
  const documents = [...(typeof now === 'function' ? now() : now)];
  const ids = new Set(documents.map((document) => Buffer.from(serialize({ id: idOf(document) })).toString('latin1')));
  const made = { documents, ids };
  written.set(documents, made);
  const owner = field === 'buckets' ? name.slice(BUCKETS.length) : name;
  deployment.set(database, owner, { ...collection, [field]: documents });
  return made;
}

export function createIndexes(deployment: Deployment, { database, command, bytes }: ScriptedRequest): Doc {
  const name = String(command['createIndexes']);
  const collection = collectionFor(deployment, database, name);
  const indexes = [...(collection.indexes ?? [ID_INDEX])];
  const given = orderedDocument(bytes).get('indexes');
  for (const index of Array.isArray(given) ? (given as readonly unknown[]) : []) {
    if (!(index instanceof Map)) throw new Refusal(14, 'an index is no document');
    const made: Doc = { v: 2, ...Object.fromEntries(index as Map<string, unknown>) };
    const same = indexes.find((each) => each['name'] === made['name']);
    if (same === undefined) indexes.push(made);
    else if (!isEqual(same, made))
      throw new Refusal(86, `An existing index has the same name: ${String(made['name'])}`);
  }
  deployment.set(database, name, { ...collection, indexes });
  return { numIndexesAfter: indexes.length };
}

function isEqual(a: Doc, b: Doc): boolean {
  return isDoc(a) && isDoc(b) && Buffer.from(serialize(a)).equals(serialize(b));
}
