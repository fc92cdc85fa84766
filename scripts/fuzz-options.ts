import { parseArgs } from 'node:util';

/** What a fuzz does: how many documents, and which ones. */
export interface FuzzOptions {
  readonly documents: number;
  readonly seed: number;
}

/** Reads `--documents` and `--seed` from the command line. @throws Error for what is no integer. */
export function fuzzOptions(): FuzzOptions {
  const { values } = parseArgs({
    options: { documents: { type: 'string', default: '1000000' }, seed: { type: 'string', default: '1' } },
  });
  const [documents, seed] = [Number(values.documents), Number(values.seed)];
  if (!Number.isSafeInteger(documents) || !Number.isSafeInteger(seed)) {
    throw new Error('--documents and --seed are integers');
  }
  return { documents, seed };
}
