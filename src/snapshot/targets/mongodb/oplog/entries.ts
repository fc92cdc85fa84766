import { BSON } from 'mongodb';
import type { CollectionName } from '../../contract.ts';
import { oplogDamaged } from '../../oplog-time.ts';
import { orderedDocument } from '../ordered-values.ts';

type Values = ReadonlyMap<string, unknown>;

/** A change of documents, in the form that the server's command `applyOps` takes. */
export interface DocumentChange {
  readonly kind: 'change';
  /** The namespace, `database.collection`. */
  readonly namespace: string;
  /** `op`, `ns`, `o` and `o2` of the entry, without what ties it to the deployment that it comes from. */
  readonly operation: Values;
}

/** A command, such as `drop`. */
export interface OplogCommand {
  readonly kind: 'command';
  readonly database: string;
  /** The name of the command, which is the first field. */
  readonly name: string;
  readonly command: Values;
}

export type OplogOperation = DocumentChange | OplogCommand;

/** What an entry says of the transaction that it belongs to. */
export interface TransactionPart {
  /** The same text for all entries of a transaction. */
  readonly key: string;
  /** `open`: a later entry decides whether these operations count. */
  readonly state: 'open' | 'committed' | 'aborted';
}

export interface OplogEntry {
  readonly operations: readonly OplogOperation[];
  readonly transaction: TransactionPart | undefined;
}

const CHANGES = new Set(['i', 'u', 'd']);
/** Notes, and the declaration of a database in old oplogs. */
const WITHOUT_EFFECT = new Set(['n', 'db']);
/** The fields of an operation that mean the same in every deployment. */
const PORTABLE_FIELDS = ['op', 'ns', 'o', 'o2'] as const;

/**
 * Reads an entry of an oplog. The operations of transactions and of `applyOps` are returned one by one.
 * https://www.mongodb.com/docs/manual/core/replica-set-oplog/
 * @throws AppError `OPLOG_DAMAGED`
 */
export function readEntry(bson: Uint8Array): OplogEntry {
  const entry = orderedDocument(bson);
  // The driver writes values, and a few of old types or with the same key twice would not be written as they are.
  if (!Buffer.from(BSON.serialize(entry)).equals(bson)) {
    throw oplogDamaged(`an entry of ${String(entry.get('ns'))} holds a value that cannot be written as it is`);
  }
  return { operations: [...operationsOf(entry)], transaction: transactionOf(entry) };
}

function* operationsOf(entry: Values): Generator<OplogOperation> {
  const [op, namespace, object] = [entry.get('op'), entry.get('ns'), entry.get('o')];
  if (typeof op !== 'string' || typeof namespace !== 'string') throw oplogDamaged('an entry has no op or no ns');
  if (WITHOUT_EFFECT.has(op) || isOfServer(namespace)) return;
  if (!isDocument(object)) throw oplogDamaged(`an entry of ${namespace} has no o`);
  if (CHANGES.has(op)) {
    const fields = PORTABLE_FIELDS.flatMap((name) => (entry.has(name) ? [[name, entry.get(name)] as const] : []));
    yield { kind: 'change', namespace, operation: new Map(fields) };
    return;
  }
  if (op !== 'c') throw oplogDamaged(`an entry of ${namespace} has the op ${JSON.stringify(op)}, which is not known`);
  const nested = object.get('applyOps');
  if (Array.isArray(nested)) {
    for (const each of nested as readonly unknown[]) {
      if (!isDocument(each)) throw oplogDamaged(`an operation of applyOps in ${namespace} is no document`);
      yield* operationsOf(each);
    }
    return;
  }
  const [name = ''] = object.keys();
  yield { kind: 'command', database: namesOf(namespace).database, name, command: object };
}

function transactionOf(entry: Values): TransactionPart | undefined {
  const [lsid, number, object] = [entry.get('lsid'), entry.get('txnNumber'), entry.get('o')];
  if (entry.get('op') !== 'c' || lsid === undefined || number === undefined || !isDocument(object)) return undefined;
  const key = Buffer.from(
    BSON.serialize(
      new Map([
        ['lsid', lsid],
        ['number', number],
      ]),
    ),
  ).toString('base64');
  if (object.has('commitTransaction')) return { key, state: 'committed' };
  if (object.has('abortTransaction')) return { key, state: 'aborted' };
  const isOpen = object.get('partialTxn') === true || object.get('prepare') === true;
  return { key, state: isOpen ? 'open' : 'committed' };
}

/** What MongoDB keeps for itself is not restored, and so is not changed. Views, buckets of time series and functions are. */
function isOfServer(namespace: string): boolean {
  const { database, name } = namesOf(namespace);
  if (database === 'local' || database === 'config') return true;
  return name.startsWith('system.') && !/^system\.(views$|js$|buckets\.)/.test(name);
}

/** Takes a namespace apart. The name of a database has no dot. */
export function namesOf(namespace: string): CollectionName {
  const dot = namespace.indexOf('.');
  if (dot < 0) return { database: namespace, name: '' };
  return { database: namespace.slice(0, dot), name: namespace.slice(dot + 1) };
}

export function isDocument(value: unknown): value is Values {
  return value instanceof Map;
}
