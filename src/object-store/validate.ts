import { randomBytes } from 'node:crypto';
import { AppError } from '../kernel/errors.ts';
import { failureReason } from '../kernel/failure-reason.ts';
import type { ObjectStore, WrittenObject } from './contract.ts';
import { isForbidden } from './errors.ts';
import { compareKeys } from './key.ts';

/**
 * What is tried, in this order: to open the bucket, to write an object, to write keys with unusual characters, to look objects up by
 * their content, to read, to list, to replace an object, and to delete.
 */
const ABILITIES = ['open', 'write', 'unusualKeys', 'lookUp', 'read', 'list', 'replace', 'delete'] as const;
export type BucketAbility = (typeof ABILITIES)[number];

/** The result of one trial. It is plain JSON. */
export interface BucketCheck {
  readonly ability: BucketAbility;
  /** Whether every export needs the ability. */
  readonly required: boolean;
  /** `refused` is a missing permission. `skipped` was not tried, because an earlier trial did not pass. */
  readonly outcome: 'passed' | 'refused' | 'failed' | 'skipped';
  /** Present if the trial was refused or failed. */
  readonly errorCode?: string;
  /** Why the trial did not pass, and what to do: which permission to give, for example. */
  readonly message?: string;
  /** What is not possible without the ability. Present if the trial did not pass. */
  readonly consequence?: string;
}

export interface BucketValidation {
  /** Whether exports can be written to the bucket: every required trial passed. */
  readonly usable: boolean;
  readonly checks: readonly BucketCheck[];
  /** The keys of the test objects that were not removed. */
  readonly leftObjects: readonly string[];
}

/** What an export needs each ability for. */
const NEEDS: Readonly<Record<BucketAbility, { readonly required: boolean; readonly consequence: string }>> = {
  open: { required: true, consequence: 'Nothing can be exported to the bucket.' },
  write: { required: true, consequence: 'Nothing can be exported to the bucket.' },
  unusualKeys: { required: false, consequence: 'Collections with unusual names cannot be exported to the bucket.' },
  lookUp: {
    required: false,
    consequence:
      'An export trusts what the store acknowledged. It does not look for its objects again before it is Successful.',
  },
  read: { required: false, consequence: '`export verify` cannot read exports with these credentials.' },
  list: { required: false, consequence: '`export verify` cannot find exports with these credentials.' },
  replace: {
    required: true,
    consequence:
      'The second export fails, because each one writes exported_snapshots/.permissioncheck. An export cannot go on after a crash.',
  },
  delete: { required: false, consequence: 'The objects of this trial stay in the bucket. Exports delete nothing.' },
};

/** Names of collections may contain these characters, and each has a meaning in URLs, XML, JSON or shells. */
const UNUSUAL_NAMES = ['space + plus & = %2F', 'quote\'"<>?#[x]', '\u00fcn\u00efcode-\u{1f6a2}', '$dollar.star*'];

const BODY_BYTES = 64 * 1024;

/**
 * Tries a bucket with a few small objects, and removes them where it may. It is a short form of
 * `conformance.ts`. A bucket that keeps versions or has a retention keeps the objects.
 * @param open opens the bucket. An AppError that it throws is the result of the trial `open`.
 * @param prefix the beginning of all keys that are written. It is empty or ends with a slash.
 * @param options with `timeoutMs` the time for all trials; what does not fit into it has failed.
 * @throws the reason of the signal.
 */
export async function validateBucket(
  open: () => Promise<ObjectStore>,
  prefix: string,
  options: { readonly timeoutMs: number; readonly signal?: AbortSignal },
): Promise<BucketValidation> {
  const trials = new Trials(options.timeoutMs, options.signal);
  const { signal } = trials;
  // No folder of their own, because a directory would keep the empty folder.
  const beginning = `${prefix}.validation-${randomBytes(8).toString('hex')}-`;
  const key = `${beginning}object`;
  const unusual = UNUSUAL_NAMES.map((name) => `${beginning}${name}`);
  const written = new Map<string, WrittenObject>();
  const body = randomBytes(BODY_BYTES);

  const put = async (bucket: ObjectStore, name: string, bytes: Uint8Array): Promise<void> => {
    written.set(name, await bucket.put(name, [bytes], { signal }));
  };
  const lookUp = async (bucket: ObjectStore): Promise<void> => {
    for (const [name, acknowledged] of written) {
      const found = await bucket.compare(name, acknowledged, { signal });
      if (found !== 'same') throw notAsWritten(name, found === 'missing' ? 'it is missing' : 'it has other content');
    }
  };

  const opened = await trials.run('open', open);
  if (opened === undefined) return trials.result([]);
  const { value: bucket } = opened;
  if ((await trials.run('write', () => put(bucket, key, body))) === undefined) return trials.result([]);
  await trials.run('unusualKeys', async () => {
    for (const name of unusual) await put(bucket, name, Buffer.from(name));
  });
  const lookedUp = await trials.run('lookUp', () => lookUp(bucket));
  await trials.run('read', async () => {
    const found = await bucket.get(key, { signal });
    if (!body.equals(found)) throw notAsWritten(key, 'it reads back with other bytes');
  });
  await trials.run('list', async () => {
    const found: string[] = [];
    for await (const object of bucket.list(beginning, { signal })) found.push(object.key);
    const expected = [...written.keys()].sort(compareKeys);
    if (found.join('\n') !== expected.join('\n'))
      throw notAsWritten(beginning, 'the listing has other keys, or another order');
  });
  await trials.run('replace', async () => {
    await put(bucket, key, randomBytes(BODY_BYTES));
    if (lookedUp !== undefined) await lookUp(bucket);
  });
  const left = new Set(written.keys());
  await trials.run('delete', async () => {
    for (const name of written.keys()) {
      await bucket.delete(name, { signal });
      left.delete(name);
    }
  });
  return trials.result([...left]);
}

/** Runs trials one after another, and keeps their results. */
class Trials {
  readonly signal: AbortSignal;
  readonly #timeoutMs: number;
  readonly #caller: AbortSignal | undefined;
  readonly #deadline: AbortSignal;
  readonly #results = new Map<BucketAbility, Pick<BucketCheck, 'outcome' | 'errorCode' | 'message'>>();

  constructor(timeoutMs: number, caller: AbortSignal | undefined) {
    this.#timeoutMs = timeoutMs;
    this.#caller = caller;
    this.#deadline = AbortSignal.timeout(timeoutMs);
    this.signal = caller === undefined ? this.#deadline : AbortSignal.any([caller, this.#deadline]);
  }

  /** @returns undefined if the trial did not pass. @throws whatever is not an AppError. */
  async run<T>(ability: BucketAbility, trial: () => Promise<T>): Promise<{ readonly value: T } | undefined> {
    if (this.#isLate()) return undefined;
    try {
      const value = await trial();
      this.#results.set(ability, { outcome: 'passed' });
      return { value };
    } catch (thrown) {
      this.#caller?.throwIfAborted();
      const error = this.#isLate() ? noAnswer(this.#timeoutMs) : thrown;
      if (!(error instanceof AppError)) throw error;
      const { code: errorCode, message } = failureReason(error);
      this.#results.set(ability, { outcome: isForbidden(error) ? 'refused' : 'failed', errorCode, message });
      return undefined;
    }
  }

  #isLate(): boolean {
    return this.#deadline.aborted;
  }

  result(leftObjects: readonly string[]): BucketValidation {
    const checks = ABILITIES.map((ability): BucketCheck => {
      const { required, consequence } = NEEDS[ability];
      const result = this.#results.get(ability) ?? { outcome: 'skipped' };
      return { ability, required, ...result, ...(result.outcome !== 'passed' && { consequence }) };
    });
    const usable = checks.every(({ required, outcome }) => !required || outcome === 'passed');
    return { usable, checks, leftObjects };
  }
}

function notAsWritten(key: string, what: string): AppError {
  return new AppError({
    code: 'BUCKET_UNRELIABLE',
    message: `the bucket acknowledged ${JSON.stringify(key)}, and afterwards ${what}`,
    hint: 'Look for rules or programs that change objects in the bucket; a store that does this by itself cannot keep exports.',
  });
}

function noAnswer(waitedMs: number): AppError {
  return new AppError({
    code: 'OBJECT_STORE_NO_ANSWER',
    message: `the bucket did not answer within ${waitedMs / 1000} s`,
    hint: 'Check that this machine reaches the store of the bucket, then try again.',
  });
}
