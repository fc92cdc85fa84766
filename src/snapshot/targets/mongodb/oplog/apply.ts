import type { OplogApplication, OplogProgress } from '../../contract.ts';
import { compareOplogTimes, oplogTimeOf } from '../../oplog-time.ts';
import { documentsOf } from '../batches.ts';
import { createIndexesOf } from '../catalog.ts';
import type { Primary } from '../primary.ts';
import { applyChanges } from './changes.ts';
import { runOplogCommand } from './commands.ts';
import { readEntry, type DocumentChange, type OplogCommand, type OplogEntry } from './entries.ts';
import { IndexCatalog } from './index-catalog.ts';

/** The changes of one command `applyOps`, and the bytes of their entries. A command is a document of at most 16 MiB. */
const MAX_CHANGES = 1000;
const MAX_BYTES = 8 * 1024 * 1024;

/** Applies an oplog as `OplogWriting.apply` says. */
export async function applyOplog(primary: Primary, application: OplogApplication): Promise<OplogProgress> {
  const uncommitted = await uncommittedTransactions(application);
  const applier = new Applier(primary, application);
  for await (const { bytes, entry } of entriesOf(application)) {
    const { transaction } = entry;
    const counts = transaction === undefined || !uncommitted.has(transaction.key);
    await applier.take(counts ? entry.operations : [], bytes);
  }
  return await applier.end();
}

class Applier {
  readonly #primary: Primary;
  readonly #application: OplogApplication;
  readonly #catalog: IndexCatalog;
  /** The entries that were taken, also those of an earlier attempt. */
  #taken = 0;
  #unmatched: number;
  #changes: DocumentChange[] = [];
  #bytes = 0;

  constructor(primary: Primary, application: OplogApplication) {
    this.#primary = primary;
    this.#application = application;
    this.#catalog = new IndexCatalog(application.collections);
    this.#unmatched = application.earlier.unmatched;
  }

  /** Takes the operations of the next entry. */
  async take(operations: OplogEntry['operations'], bytes: number): Promise<void> {
    const isDone = this.#taken < this.#application.earlier.entries;
    if (!isDone && this.#changes.length > 0 && this.#bytes + bytes > MAX_BYTES) await this.#flush();
    for (const operation of operations) {
      if (operation.kind === 'command') await this.#run(operation, isDone);
      else if (!isDone) this.#changes.push(operation);
    }
    if (!isDone) this.#bytes += bytes;
    this.#taken++;
    if (this.#changes.length >= MAX_CHANGES) await this.#flush();
  }

  async end(): Promise<OplogProgress> {
    const { signal } = this.#application;
    await this.#flush({ durable: true });
    for (const collection of this.#catalog.all()) await createIndexesOf(this.#primary, collection, signal);
    return this.#progress();
  }

  async #run(command: OplogCommand, isDone: boolean): Promise<void> {
    this.#catalog.note(command);
    if (isDone || IndexCatalog.isOfIndexes(command)) return;
    // A change before a command must not be applied again after the commands that follow: the name may be that of another collection by then.
    await this.#flush({ durable: true });
    this.#unmatched += await runOplogCommand(this.#primary, command, this.#application.signal);
  }

  async #flush(step = { durable: false }): Promise<void> {
    const { signal, onProgress } = this.#application;
    signal.throwIfAborted();
    this.#unmatched += await applyChanges(this.#primary, this.#changes, signal);
    this.#changes = [];
    this.#bytes = 0;
    await onProgress(this.#progress(), step);
  }

  #progress(): OplogProgress {
    const entries = Math.max(this.#taken, this.#application.earlier.entries);
    return { entries, unmatched: this.#unmatched };
  }
}

/** The transactions that the applied entries do not commit. They are known before the first entry is applied, so none must be kept. */
async function uncommittedTransactions(application: OplogApplication): Promise<ReadonlySet<string>> {
  const open = new Set<string>();
  for await (const { entry } of entriesOf(application)) {
    const { transaction } = entry;
    if (transaction?.state === 'open') open.add(transaction.key);
    // Those of an aborted one stay.
    if (transaction?.state === 'committed') open.delete(transaction.key);
  }
  return open;
}

async function* entriesOf({
  entries,
  upTo,
  signal,
}: OplogApplication): AsyncGenerator<{ readonly bytes: number; readonly entry: OplogEntry }> {
  for await (const piece of entries()) {
    for (const bson of documentsOf(piece)) {
      signal.throwIfAborted();
      if (upTo !== undefined && compareOplogTimes(oplogTimeOf(bson), upTo) > 0) continue;
      yield { bytes: bson.byteLength, entry: readEntry(bson) };
    }
  }
}
