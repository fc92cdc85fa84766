export type * from './contract.ts';
export { parseRenaming } from './names.ts';
export { restore } from './restore.ts';
export { restoreSourceOfSnapshot } from './snapshot-source.ts';
