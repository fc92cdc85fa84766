import type { PresentCollection, RestoreTarget } from '../../snapshot/targets/index.ts';
import type { CollectionProgress, IfExists } from './contract.ts';
import { cannotMerge, otherType, targetNotEmpty } from './errors.ts';
import { nameOf } from './names.ts';
import type { PlannedCollection, RestorePlan } from './plan.ts';
import type { RestoreRecord } from './record.ts';

/** What happens to a planned collection. `continue`: an earlier attempt has begun it. */
export type Action = 'create' | 'continue' | 'drop' | 'merge' | 'skip';

/**
 * Decides what happens to each planned collection, by its name. Nothing is changed.
 * @throws AppError `RESTORE_TARGET_NOT_EMPTY`, `RESTORE_COLLECTION_DIFFERS`, `RESTORE_CANNOT_MERGE`.
 */
export async function decide(
  plan: RestorePlan,
  target: RestoreTarget,
  record: RestoreRecord,
  ifExists: IfExists,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Action>> {
  const planned = [...plan.collections, ...plan.views];
  const present = new Map(
    (
      await target.inspect(
        planned.map(({ info }) => info),
        signal,
      )
    ).map((each) => [nameOf(each), each]),
  );
  const actions = new Map<string, Action>();
  const full: string[] = [];
  for (const each of planned) {
    const there = present.get(each.name);
    const action = actionFor(each, there, { target, record, ifExists });
    if (action === 'fail') full.push(each.name);
    else actions.set(each.name, action);
    if (action === 'merge' && target.writing(each.info).continuesAt === 'collection') throw cannotMerge(each.name);
  }
  if (full.length > 0) throw targetNotEmpty(target.description, full);
  return actions;
}

interface Surroundings {
  readonly target: RestoreTarget;
  readonly record: RestoreRecord;
  readonly ifExists: IfExists;
}

function actionFor(
  { name, info }: PlannedCollection,
  there: PresentCollection | undefined,
  { target, record, ifExists }: Surroundings,
): Action | 'fail' {
  if (there === undefined) return 'create';
  if (there.type !== info.type && ifExists !== 'drop' && ifExists !== 'skip')
    throw otherType(name, there.type, info.type);
  if (there.type !== info.type) return ifExists === 'drop' ? 'drop' : 'skip';
  if (info.type === 'view') return ifExists === 'drop' ? 'drop' : ifExists === 'skip' ? 'skip' : 'create';
  const earlier = record.of(name);
  if (earlier !== undefined && isThere(earlier, there)) {
    // A measurement of the last block may be there or not, and nothing would show a doubled one.
    const mustBeginAnew = earlier.state === 'begun' && target.writing(info).continuesAt === 'collection';
    return mustBeginAnew ? 'drop' : 'continue';
  }
  if (ifExists === 'drop') return 'drop';
  if (!there.holdsDocuments) return 'create';
  return ifExists;
}

/** Whether the target still holds what an earlier attempt wrote, as far as one look shows. */
function isThere({ hash }: CollectionProgress, { holdsDocuments }: PresentCollection): boolean {
  return hash.documents === 0 || holdsDocuments;
}
