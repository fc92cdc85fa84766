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
    const regex = new RegExp(`^${pattern.split('*').map(literal).join('.*')}$`, 's');
    return pattern.includes('.')
      ? (collection: CollectionName) => regex.test(nameOf(collection))
      : ({ database }: CollectionName) => regex.test(database);
  });
  return (collection) => tests.some((test) => test(collection));
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

/**
 * Parses `from=to`, each `database.collection` or `database`.
 * @throws AppError `INVALID_OPTION`
 */
export function parseRenaming(text: string): Renaming {
  const at = text.indexOf('=');
  const [from, to] = [nameParts(text.slice(0, at)), nameParts(text.slice(at + 1))];
  const isWhole = from.name !== '' && to.name !== '' && from.database !== '' && to.database !== '';
  if (at > 0 && isWhole && (from.name === undefined) === (to.name === undefined)) return { from, to };
  throw new AppError({
    code: 'INVALID_OPTION',
    message: `--rename is ${JSON.stringify(text)}, which is not FROM=TO with two collections or two databases`,
    hint: 'Give --rename shop.orders=shop.old_orders, or --rename shop=old_shop for a whole database.',
  });
}

/** The name of a database has no dot. */
function nameParts(text: string): { readonly database: string; readonly name?: string } {
  const dot = text.indexOf('.');
  return dot < 0 ? { database: text } : { database: text.slice(0, dot), name: text.slice(dot + 1) };
}

/** The name in the target. The new name of a collection goes before that of its database. */
export function renamed({ database, name }: CollectionName, renamings: readonly Renaming[]): CollectionName {
  const own = renamings.find(({ from }) => from.database === database && from.name === name);
  if (own?.to.name !== undefined) return { database: own.to.database, name: own.to.name };
  const whole = renamings.find(({ from }) => from.database === database && from.name === undefined);
  return { database: whole?.to.database ?? database, name };
}
