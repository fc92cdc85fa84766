import { NO_DOCUMENTS } from '../../snapshot/blocks/index.ts';
import type { RestoreCollection, RestoredCollection, RestoreOptions, RestoreReport } from './contract.ts';
import { decide, type Action } from './decide.ts';
import { inParallel } from './in-parallel.ts';
import { nameOf } from './names.ts';
import { planRestore, type PlannedCollection, type RestorePlan } from './plan.ts';
import { ProgressTally } from './progress.ts';
import { prove } from './prove.ts';
import { RestoreRecord } from './record.ts';
import { planReplay, replay } from './replay.ts';
import { writeCollection } from './write-collection.ts';

/** Creating many small collections is a matter of round trips. */
const CREATIONS_AT_ONCE = 8;

/**
 * Restores a source into a target: all collections with their options, the documents in parallel, the indexes of each collection
 * after its documents, then the views. Then each collection is read back and compared with what was read of the source. If the oplog is
 * wanted, it is applied after that, and the indexes follow it.
 * After a failure or a kill, a later call with the saved record continues. Without the record, a later call with `merge`
 * gives the same documents.
 * @returns the report. Its `problems` say what is not as it should be.
 * @throws AppError of the source or the target, `RESTORE_NOTHING`, `RESTORE_TARGET_NOT_EMPTY`, `RESTORE_COUNT_MISMATCH` and those of
 * `decide` and `planReplay`; the signal's reason.
 */
export async function restore(options: RestoreOptions): Promise<RestoreReport> {
  const { target, signal, ifExists = 'fail', dryRun = false } = options;
  signal.throwIfAborted();
  const plan = planRestore(options);
  const replaying = await planReplay(options);
  const record = new RestoreRecord(options.state, options.clock);
  // The oplog may have dropped and renamed collections since, so the target shows nothing of what was restored.
  const isReplaying = replaying !== undefined && record.oplog !== undefined;
  const actions = isReplaying ? new Map<string, Action>() : await decide(plan, target, record, ifExists, signal);
  if (dryRun)
    return reportOf(
      options,
      plan,
      [...plan.collections, ...plan.views].map((each) => planned(each, actions)),
    );
  const restored = isReplaying ? asProven(plan, record) : await restoreCollections(options, plan, record, actions);
  const report = reportOf(options, plan, restored);
  if (report.problems.length > 0) {
    await record.save();
    return report;
  }
  const oplog = replaying && (await replay(replaying, plan.collections, record, options));
  await target.finish(signal);
  await record.clear();
  return oplog === undefined ? report : { ...report, oplog };
}

/** Restores everything except the oplog, and compares it with the source. */
async function restoreCollections(
  options: RestoreOptions,
  plan: RestorePlan,
  record: RestoreRecord,
  actions: ReadonlyMap<string, Action>,
): Promise<readonly RestoredCollection[]> {
  const { target, signal } = options;
  const isTaken = ({ name }: PlannedCollection): boolean => actions.get(name) !== 'skip';
  const collections = plan.collections.filter(isTaken);
  const views = plan.views.filter(isTaken);
  await inParallel(collections, CREATIONS_AT_ONCE, signal, (each, either) =>
    prepare(each, actions.get(each.name), options, record, either),
  );
  await record.save();
  await write(options, collections, record);
  for (const view of views) {
    if (actions.get(view.name) === 'drop') await target.drop(view.info, signal);
    await target.createView(view.info, signal);
  }
  const proven = await proveAll(options, collections, record);
  const skipped = [...plan.collections, ...plan.views].filter((each) => !isTaken(each));
  return [
    ...proven,
    ...views.map((each) => describe(each, 'restored')),
    ...skipped.map((each) => describe(each, 'skipped')),
  ];
}

/** The collections of an earlier attempt, which has compared them and begun with the oplog. */
function asProven(plan: RestorePlan, record: RestoreRecord): readonly RestoredCollection[] {
  const proven = plan.collections.map((each): RestoredCollection => {
    const written = record.of(each.name);
    if (written === undefined) throw new Error(`${each.name} was not begun`);
    const { hash, bytes } = written;
    return { ...describe(each, 'restored'), source: hash, bytes, target: hash, proof: 'equal' };
  });
  return [...proven, ...plan.views.map((each) => describe(each, 'restored'))];
}

/** Makes the collection ready for its documents. */
async function prepare(
  { info, name }: PlannedCollection,
  action: Action | undefined,
  { target }: RestoreOptions,
  record: RestoreRecord,
  signal: AbortSignal,
): Promise<void> {
  if (action === 'drop') await target.drop(info, signal);
  await target.createCollection(info, signal);
  if (action !== 'continue') record.begin(name, { merged: action === 'merge' });
}

async function write(
  options: RestoreOptions,
  collections: readonly PlannedCollection[],
  record: RestoreRecord,
): Promise<void> {
  const { target, pool, signal, onProgress } = options;
  const withoutIndexes = options.oplog !== undefined;
  const totalBytes = collections.reduce((sum, { collection }) => sum + collection.bytes, 0);
  const tally = new ProgressTally({ phase: 'writing', totalCollections: collections.length, totalBytes }, onProgress);
  try {
    await inParallel(collections, target.collectionsAtOnce, signal, (planned, either) =>
      writeCollection({ target, pool, signal: either, planned, record, tally: tally.begin(), withoutIndexes }),
    );
  } catch (thrown) {
    // What is known now need not be written again.
    await record.save();
    throw thrown;
  }
}

async function proveAll(
  { target, pool, signal, onProgress }: RestoreOptions,
  collections: readonly PlannedCollection[],
  record: RestoreRecord,
): Promise<readonly RestoredCollection[]> {
  const totalBytes = collections.reduce((sum, { name }) => sum + (record.of(name)?.bytes ?? 0), 0);
  const tally = new ProgressTally({ phase: 'verifying', totalCollections: collections.length, totalBytes }, onProgress);
  const proven: RestoredCollection[] = [];
  await inParallel(collections, target.collectionsAtOnce, signal, async (each, either) => {
    const written = record.of(each.name);
    if (written === undefined) throw new Error(`${each.name} was not begun`);
    const own = tally.begin();
    const proof = await prove(each.info, written, { target, pool, signal: either, tally: own });
    own.end(written.bytes);
    if (proof.proof === 'different') record.forget(each.name);
    proven.push({ ...describe(each, 'restored'), source: written.hash, bytes: written.bytes, ...proof });
  });
  return proven;
}

function planned(each: PlannedCollection, actions: ReadonlyMap<string, Action>): RestoredCollection {
  return describe(each, actions.get(each.name) === 'skip' ? 'skipped' : 'planned');
}

function describe(
  { collection, info, name }: PlannedCollection,
  outcome: RestoredCollection['outcome'],
): RestoredCollection {
  const from = nameOf(collection);
  return {
    database: info.database,
    name: info.name,
    type: info.type,
    ...(from === name ? {} : { from }),
    outcome,
    ...knownOf(collection, outcome),
    bytes: 0,
    proof: 'none',
  };
}

/** Only a reading of the source shows the hash. A dump, and an export without a manifest, do not give the counts either. */
function knownOf(
  { type, documents }: RestoreCollection,
  outcome: RestoredCollection['outcome'],
): Pick<RestoredCollection, 'source'> {
  if (outcome !== 'planned' || type === 'view') return { source: NO_DOCUMENTS };
  return documents === undefined ? {} : { source: { ...NO_DOCUMENTS, documents } };
}

function reportOf(
  { source, target }: RestoreOptions,
  plan: RestorePlan,
  collections: readonly RestoredCollection[],
): RestoreReport {
  const sorted = collections.toSorted((a, b) => compare(a.database, b.database) || compare(a.name, b.name));
  return {
    source: source.description,
    target: target.description,
    collections: sorted,
    documents: sorted.reduce((sum, each) => sum + (each.source?.documents ?? 0), 0),
    bytes: sorted.reduce((sum, each) => sum + each.bytes, 0),
    leftOut: plan.leftOut,
    problems: sorted.filter(({ proof }) => proof === 'different').map(problemOf),
  };
}

function problemOf({ database, name, source = NO_DOCUMENTS, target = NO_DOCUMENTS }: RestoredCollection): string {
  const where = `${database}.${name}`;
  if (source.documents !== target.documents) {
    return `${where} holds ${target.documents} documents in the target, and the source has ${source.documents}`;
  }
  return `${where} holds as many documents as the source, but not the same ones: their hashes differ`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
