// The options that all benches share.
import { mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { SET_NAMES, dataSetFile } from './engine/data/generate.ts';

/** Outside of git: generated data sets, compiled programs, scratch files. */
export const CACHE = join(import.meta.dirname, '../.cache/bench');

export interface BenchOptions {
  readonly rounds: number;
  readonly json: boolean;
  /** The kind of store to measure beside a directory. */
  readonly store: string | undefined;
  /** Data sets to measure: files of concatenated BSON documents. Those that are not there yet are made. */
  files(): readonly { readonly name: string; readonly file: string }[];
}

/**
 * @param script the npm script's name. @param what one sentence: what is measured. @param stores the kinds that --store takes, if it is an option.
 * @returns undefined after --help, which is answered.
 * @throws Error for an option that is not known or no number.
 */
export function benchOptions(script: string, what: string, stores: readonly string[] = []): BenchOptions | undefined {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '5' },
      mib: { type: 'string', default: '256' },
      sets: { type: 'string', default: SET_NAMES.join(',') },
      bson: { type: 'string' },
      ...(stores.length > 0 && { store: { type: 'string' as const } }),
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(`npm run ${script} -- [options]

${what}

  --rounds N    rounds for each data set (5)
  --mib N       size of each generated data set, MiB of BSON (256)
  --sets A,B    which of the data sets: ${SET_NAMES.join(', ')} (all)
  --bson FILE   measure this file of concatenated BSON documents instead
${stores.length > 0 ? `  --store KIND  also export to a server of that kind, which is started: ${stores.join(', ')}\n` : ''}  --json        end with one line of JSON`);
    return undefined;
  }
  const mebibytes = positive('mib', values.mib);
  mkdirSync(CACHE, { recursive: true });
  return {
    rounds: positive('rounds', values.rounds),
    json: values.json,
    store: typeof values.store === 'string' ? values.store : undefined,
    files: () =>
      values.bson === undefined
        ? values.sets.split(',').map((name) => ({ name, file: dataSetFile(CACHE, name, mebibytes) }))
        : [{ name: basename(values.bson, '.bson'), file: values.bson }],
  };
}

/** The value of an option that takes a number. @throws Error for what is no whole number from 1 up. */
export function positive(option: string, text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1)
    throw new Error(`--${option} takes a whole number from 1 up, not ${text}`);
  return number;
}
