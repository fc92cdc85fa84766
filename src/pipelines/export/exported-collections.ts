import type { CollectionInfo } from '../../snapshot/contract.ts';

/** Why an export does not hold a collection of the snapshot; undefined where it does. */
export function whyNotExported(info: Pick<CollectionInfo, 'database' | 'name' | 'type'>): string | undefined {
  if (info.database === 'local' && info.name === 'oplog.rs') return 'the snapshot keeps the oplog for restoring alone';
  if (info.type === 'view') return 'a view has no documents of its own; the snapshot holds its definition';
  return undefined;
}
