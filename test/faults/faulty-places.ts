import type { KyselyPlugin, PluginTransformQueryArgs } from 'kysely';
import type { Database } from '../../src/metastore/index.ts';
import type { ObjectStore } from '../../src/object-store/contract.ts';
import type { SnapshotSource, SourceCollection } from '../../src/snapshot/sources/index.ts';
import { damageObject, DAMAGES } from '../support/faulty-store.ts';
import { interferedItems, interferedStore } from '../support/interfered-store.ts';
import { killThisProcess, type FaultPlan } from './fault-plan.ts';

export function faultyStore(store: ObjectStore, plan: FaultPlan, place: 'bucket' | 'repository'): ObjectStore {
  return interferedStore(store, (call) => {
    const [, key = ''] = /^put (.*)$/s.exec(call) ?? [];
    const damage = DAMAGES[plan.calls[place].length % DAMAGES.length] ?? 'loses';
    return plan.interfere(place, call, key === '' ? undefined : () => damageObject(store, key, damage));
  });
}

/** Each reading of a collection is a call. */
export function faultySource(source: SnapshotSource, plan: FaultPlan): SnapshotSource {
  const faulty = (collection: SourceCollection): SourceCollection =>
    withMembers(collection, {
      documents: (signal: AbortSignal, after?: Uint8Array) =>
        interferedItems(
          plan.interfere('source', `reading ${collection.name}`),
          signal,
          collection.documents(signal, after),
        ),
    });
  return withMembers(source, { collections: source.collections.map(faulty) });
}

/** The object with some members replaced. The others are read when they are asked for, because a source changes while it is read. */
function withMembers<T extends object>(object: T, members: Partial<T>): T {
  const replaced = new Map<PropertyKey, unknown>(Object.entries(members));
  return new Proxy(object, {
    get(target, name) {
      if (replaced.has(name)) return replaced.get(name);
      const member: unknown = Reflect.get(target, name, target);
      return typeof member === 'function' ? (member.bind(target) as unknown) : member;
    },
  });
}

/** Each query is a call. What a transaction did before a query that fails is rolled back with it. */
export function faultyDatabase(database: Database, plan: FaultPlan): Database {
  const afterwards = new WeakMap<object, () => Promise<never>>();
  const plugin: KyselyPlugin = {
    transformQuery(query) {
      const { node, queryId } = query;
      const isWrite = /^(Insert|Update|Delete)/.test(node.kind);
      const call = isWrite ? describeWrite(database, query) : node.kind;
      const fault = plan.take(isWrite ? 'databaseWrite' : 'databaseRead', call);
      if (fault?.kind === 'kills') void killThisProcess();
      else if (fault?.kind === 'killsAfter') afterwards.set(queryId, killThisProcess);
      else if (fault?.kind === 'losesAnswer') afterwards.set(queryId, () => Promise.reject(fault.error));
      else if (fault !== undefined) throw fault.error;
      return node;
    },
    async transformResult({ result, queryId }) {
      await afterwards.get(queryId)?.();
      return result;
    },
  };
  return database.withPlugin(plugin);
}

/** The statement, and those of its values that are words: a kind of jobs, or a state. Writes of the same kind are described alike. */
function describeWrite(database: Database, { node, queryId }: PluginTransformQueryArgs): string {
  const { sql, parameters } = database.getExecutor().compileQuery(node, queryId);
  return [sql, ...parameters.filter((value) => typeof value === 'string' && /^[a-z]+$/i.test(value))].join(' ');
}
