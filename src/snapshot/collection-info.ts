import type { CollectionInfo } from './contract.ts';

/** Drops the other properties of an object, such as the functions of a source. */
export function infoOf({ database, name, type, options, indexes, uuid, documentsAre }: CollectionInfo): CollectionInfo {
  return {
    ...{ database, name, type, options, indexes },
    ...(uuid === undefined ? {} : { uuid }),
    ...(documentsAre === undefined ? {} : { documentsAre }),
  };
}
