import type { CollectionInfo } from '../../../contract.ts';
import type { CollectionName } from '../../contract.ts';
import { nameOf } from '../errors.ts';
import { indexesOf, newIndexOf } from '../metadata-values.ts';
import { isDocument, namesOf, type OplogCommand } from './entries.ts';

type Values = ReadonlyMap<string, unknown>;

/** The commands that change indexes alone, and those of index builds that end with another command. */
const OF_INDEXES = new Set([
  'createIndexes',
  'commitIndexBuild',
  'startIndexBuild',
  'abortIndexBuild',
  'dropIndexes',
  'dropIndex',
  'deleteIndexes',
  'deleteIndex',
]);

/** The indexes that collections have after the entries of an oplog. They are created at the end. */
export class IndexCatalog {
  /** By namespace, then by the name of the index. */
  readonly #indexes = new Map<string, Map<string, Values>>();

  constructor(collections: readonly CollectionInfo[]) {
    for (const info of collections) for (const index of indexesOf(info)) this.#add(nameOf(info), index);
  }

  /** Whether a command changes nothing but the catalog. */
  static isOfIndexes({ name, command }: OplogCommand): boolean {
    const isOfOneIndex = name === 'collMod' && [...command.keys()].every((key) => key === 'collMod' || key === 'index');
    return OF_INDEXES.has(name) || isOfOneIndex;
  }

  /** Follows a command. */
  note({ database, name, command }: OplogCommand): void {
    const namespace = `${database}.${String(command.get(name))}`;
    switch (name) {
      case 'createIndexes':
        this.#add(namespace, new Map([...command].filter(([key]) => key !== name)));
        break;
      case 'commitIndexBuild':
        for (const index of arrayOf(command.get('indexes'))) if (isDocument(index)) this.#add(namespace, index);
        break;
      case 'dropIndexes':
      case 'dropIndex':
      case 'deleteIndexes':
      case 'deleteIndex':
        this.#drop(namespace, command.get('index'));
        break;
      case 'collMod':
        this.#modify(namespace, command.get('index'));
        break;
      case 'drop':
        this.#indexes.delete(namespace);
        break;
      case 'dropDatabase':
        for (const each of [...this.#indexes.keys()])
          if (namesOf(each).database === database) this.#indexes.delete(each);
        break;
      case 'renameCollection':
        this.#rename(String(command.get(name)), String(command.get('to')));
        break;
    }
  }

  /** The indexes of each collection that has any besides that on `_id`. */
  *all(): Generator<CollectionName & { readonly indexes: readonly Values[] }> {
    for (const [namespace, indexes] of this.#indexes) {
      if (indexes.size > 0) yield { ...namesOf(namespace), indexes: [...indexes.values()] };
    }
  }

  #add(namespace: string, described: Values): void {
    const index = newIndexOf(described);
    if (index === undefined) return;
    const indexes = this.#indexes.get(namespace) ?? new Map<string, Values>();
    this.#indexes.set(namespace, indexes.set(String(index.get('name')), index));
  }

  #drop(namespace: string, name: unknown): void {
    if (name === '*') this.#indexes.delete(namespace);
    else this.#indexes.get(namespace)?.delete(String(name));
  }

  #modify(namespace: string, change: unknown): void {
    if (!isDocument(change)) return;
    const indexes = this.#indexes.get(namespace);
    const before = indexes?.get(String(change.get('name')));
    if (before === undefined) return;
    const changed = [...change].filter(([key]) => key !== 'name' && key !== 'keyPattern');
    indexes?.set(String(change.get('name')), new Map([...before, ...changed]));
  }

  #rename(from: string, to: string): void {
    const indexes = this.#indexes.get(from);
    this.#indexes.delete(from);
    this.#indexes.delete(to);
    if (indexes !== undefined) this.#indexes.set(to, indexes);
  }
}

function arrayOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
