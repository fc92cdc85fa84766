import { AppError } from '../../kernel/errors.ts';
import type { CollectionName } from '../../snapshot/targets/index.ts';
import type { Renaming } from './contract.ts';

export function nameOf({ database, name }: CollectionName): string {
  return `${database}.${name}`;
}

/**
 * Makes a test of names from patterns: `database` or `database.collection`, where `*` stands for any characters. A pattern
 * without a dot means all collections of a database.
 */
export function matcherOf(patterns: readonly string[]): (collection: CollectionName) => boolean {
  const tests = patterns.map((pattern) => {
    const matches = textMatcher(pattern.split('*'));
    return pattern.includes('.')
      ? (collection: CollectionName) => matches(nameOf(collection))
      : ({ database }: CollectionName) => matches(database);
  });
  return (collection) => tests.some((test) => test(collection));
}

/**
 * Makes a test whether a text consists of the parts in their order with any characters between them. It is no regular expression,
 * because one with many `.*` may take for ever, and patterns come from clients.
 */
function textMatcher([first = '', ...rest]: readonly string[]): (text: string) => boolean {
  const last = rest.pop();
  if (last === undefined) return (text) => text === first;
  return (text) => {
    if (!text.startsWith(first)) return false;
    let at = first.length;
    for (const part of rest) {
      const found = text.indexOf(part, at);
      if (found < 0) return false;
      at = found + part.length;
    }
    return text.length - last.length >= at && text.endsWith(last);
  };
}

/**
 * Parses renamings `from=to`, each `database.collection` or `database`.
 * @throws AppError `INVALID_OPTION`
 */
export function parseRenamings(texts: readonly string[]): readonly Renaming[] {
  const renamings = texts.map(parseRenaming);
  const twice = renamedTwice(renamings);
  if (twice === undefined) return renamings;
  throw new AppError({
    code: 'INVALID_OPTION',
    message: `--rename gives ${twice} two names`,
    hint: 'Give one --rename for it. To have two copies, restore twice.',
  });
}

function parseRenaming(text: string): Renaming {
  const at = text.indexOf('=');
  const renaming = at > 0 ? renamingOf(text.slice(0, at), text.slice(at + 1)) : undefined;
  if (renaming !== undefined) return renaming;
  throw new AppError({
    code: 'INVALID_OPTION',
    message: `--rename is ${JSON.stringify(text)}, which is not FROM=TO with two collections or two databases`,
    hint: 'Give --rename shop.orders=shop.old_orders, or --rename shop=old_shop for a whole database.',
  });
}

/** A renaming of `database.collection` or `database`; undefined unless both are collections, or both are databases. */
export function renamingOf(fromText: string, toText: string): Renaming | undefined {
  const [from, to] = [nameParts(fromText), nameParts(toText)];
  const isWhole = from.name !== '' && to.name !== '' && from.database !== '' && to.database !== '';
  return isWhole && (from.name === undefined) === (to.name === undefined) ? { from, to } : undefined;
}

/** The two names of a renaming, as `renamingOf` takes them. */
export function namesOfRenaming({ from, to }: Renaming): { readonly from: string; readonly to: string } {
  const textOf = ({ database, name }: Renaming['from']): string =>
    name === undefined ? database : nameOf({ database, name });
  return { from: textOf(from), to: textOf(to) };
}

/** Parses `database` or `database.collection`. The name of a database has no dot. */
export function nameParts(text: string): { readonly database: string; readonly name?: string } {
  const dot = text.indexOf('.');
  return dot < 0 ? { database: text } : { database: text.slice(0, dot), name: text.slice(dot + 1) };
}

/** The name that two renamings give another name; undefined if there is none. */
export function renamedTwice(renamings: readonly Renaming[]): string | undefined {
  const names = renamings.map((renaming) => namesOfRenaming(renaming).from);
  return names.find((name, at) => names.indexOf(name) < at);
}

/** Whether a renaming concerns the collection, itself or as one of a whole database. */
export function isFrom(from: Renaming['from'], { database, name }: CollectionName): boolean {
  return from.database === database && (from.name === undefined || from.name === name);
}

/** The name in the target. The new name of a collection goes before that of its database. */
export function renamed({ database, name }: CollectionName, renamings: readonly Renaming[]): CollectionName {
  const own = renamings.find(({ from }) => from.database === database && from.name === name);
  if (own?.to.name !== undefined) return { database: own.to.database, name: own.to.name };
  const whole = renamings.find(({ from }) => from.database === database && from.name === undefined);
  return { database: whole?.to.database ?? database, name };
}
