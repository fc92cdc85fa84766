import { AsyncLocalStorage } from 'node:async_hooks';
import { Kysely, type KyselyPlugin, type TransactionBuilder } from 'kysely';
import type { Transaction } from './database.ts';
import type { Schema } from './schema.ts';

/** Facts of a change that are known only inside its transaction, such as the id of a new row. */
export type ChangeDetails = Readonly<Record<string, string>>;

/** Writes the record of a change in the transaction of the change. */
export type ChangeRecorder = (transaction: Transaction, details: ChangeDetails) => Promise<void>;

interface Scope {
  readonly record: ChangeRecorder;
  details: ChangeDetails;
  /** `open` until a transaction that writes has begun, `recorded` when it is about to be committed. */
  state: 'open' | 'writing' | 'recorded';
}

const scopes = new AsyncLocalStorage<Scope>();

/**
 * Runs work whose change is recorded. The first transaction that the work commits after it has written also runs the recorder,
 * as its last step: the change and its record are stored together or not at all. Work that writes nothing records nothing.
 * The scope follows the asynchronous calls of the work, so that no function between needs a parameter for it.
 */
export async function recordingChange<T>(record: ChangeRecorder, work: () => Promise<T>): Promise<T> {
  return await scopes.run({ record, details: {}, state: 'open' }, work);
}

/** Adds facts to the record of the change that this call is part of. Call it in the transaction; elsewhere it does nothing. */
export function describeChange(details: ChangeDetails): void {
  const scope = scopes.getStore();
  if (scope !== undefined) scope.details = { ...scope.details, ...details };
}

/**
 * A driver calls it before each statement that writes. A write of an unrecorded change outside a transaction is refused as a defect, because
 * its record could be lost.
 */
export function noteWrite(isInTransaction: boolean): void {
  const scope = scopes.getStore();
  if (scope?.state !== 'open') return;
  if (!isInTransaction) throw new Error('a change must be written in a transaction');
  scope.state = 'writing';
}

/** A Kysely whose transactions record the change that they are part of. */
export class RecordingKysely extends Kysely<Schema> {
  override transaction(): TransactionBuilder<Schema> {
    return recorded(super.transaction());
  }

  /** The result is an instance of Kysely's own class, whose transactions would record nothing. */
  override withPlugin(plugin: KyselyPlugin): Kysely<Schema> {
    const plugged = super.withPlugin(plugin);
    const transaction = plugged.transaction.bind(plugged);
    plugged.transaction = () => recorded(transaction());
    return plugged;
  }
}

/** Lets a transaction record the change that it is part of. */
function recorded(builder: TransactionBuilder<Schema>): TransactionBuilder<Schema> {
  const execute = builder.execute.bind(builder);
  builder.execute = async (callback) => {
    const scope = scopes.getStore();
    if (scope?.state !== 'open') return await execute(callback);
    try {
      return await execute(async (transaction) => {
        const made = await callback(transaction);
        if (scope.state === 'writing') {
          // Set before the commit, because what the commit wakes runs in the same scope and is not the change.
          scope.state = 'recorded';
          await scope.record(transaction, scope.details);
        }
        return made;
      });
    } catch (thrown) {
      scope.state = 'open';
      throw thrown;
    }
  };
  return builder;
}
