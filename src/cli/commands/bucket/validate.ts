import type { Command } from 'commander';
import { AppError } from '../../../kernel/errors.ts';
import { ADDRESS_FORMS, parseAddress } from '../../bucket-address.ts';
import {
  addClientOptions,
  addExamples,
  addOptions,
  openSession,
  printJson,
  wantsJson,
  type AddCommand,
  type Surroundings,
} from '../../command.ts';
import { readBucketValidation, type BucketValidation } from '../../documents.ts';
import { findBucket } from '../../find.ts';
import { formatCount } from '../../format.ts';
import { printable } from '../../left-out.ts';
import type { Terminal } from '../../terminal.ts';

/** A server takes at most as long. */
const TIMEOUT_MS = 45_000;

const TITLES: Readonly<Record<string, string>> = {
  open: 'open the bucket',
  write: 'write an object',
  unusualKeys: 'write unusual keys',
  lookUp: 'look objects up',
  read: 'read an object',
  list: 'list the objects',
  replace: 'replace an object',
  delete: 'delete the objects',
};

/** Addresses have a slash or a colon, and names of buckets have neither. */
const ADDRESS = /[/\\:]|^\.{1,2}$/;

/** Tries a registered bucket, as the server may use it. */
async function validateRegistered(
  wanted: string,
  command: Command,
  surroundings: Surroundings,
): Promise<BucketValidation> {
  const session = await openSession(command, surroundings);
  const { _id: id } = await findBucket(session, wanted);
  const path = session.extensionPath(`/backup/exportBuckets/${id}/validation`);
  return await session.client.request(readBucketValidation, 'POST', path);
}

/** Tries a bucket with the caller's own credentials. */
async function validateAddress(
  address: string,
  command: Command,
  surroundings: Surroundings,
): Promise<BucketValidation> {
  const { clock, signal } = surroundings;
  const { EXPORTS_FOLDER } = await import('../../../pipelines/export/index.ts');
  const { openObjectStore } = await import('../../../object-store/all.ts');
  const { validateBucket } = await import('../../../object-store/validate.ts');
  const { config, prefix } = parseAddress(address, EXPORTS_FOLDER, command, surroundings);
  const options = { timeoutMs: TIMEOUT_MS, signal };
  return readBucketValidation(await validateBucket(() => openObjectStore(config, { clock }), prefix, options));
}

/** A line on each trial, and below it why it did not pass, and what is not possible then. */
function reportText(terminal: Terminal, { checks, leftObjects }: BucketValidation): string {
  const lines = checks.map(({ ability, required, outcome, message, consequence }) => {
    const color = outcome === 'passed' ? 'green' : required ? 'red' : 'yellow';
    const mark = terminal.paint(terminal.out, color, (outcome === 'passed' ? 'ok' : outcome).padEnd(7));
    const remarks = outcome === 'skipped' ? [] : [message, consequence];
    const below = remarks.flatMap((remark) => (remark === undefined ? [] : `        ${printable(remark)}\n`));
    return `${mark} ${TITLES[ability] ?? ability}\n${below.join('')}`;
  });
  const left = leftObjects.length === 0 ? '' : `Not removed: ${leftObjects.map(printable).join(', ')}\n`;
  return `${lines.join('')}${left}`;
}

export const addBucketValidate: AddCommand = (parent, surroundings) => {
  const { terminal } = surroundings;
  const command = parent
    .command('validate')
    .description(
      'try what exports need of a bucket, with a few small objects that are removed again, and say which permission is missing',
    )
    .argument(
      '<bucket>',
      `name of a registered bucket, its id, or a unique beginning of the id, which the server tries with the bucket's role; or the ` +
        `address of a bucket, which is tried with your own credentials and without a server: ${ADDRESS_FORMS}; a directory is written with a slash, such as ./exports`,
    )
    .action(async (bucket: string) => {
      const validate = ADDRESS.test(bucket) ? validateAddress : validateRegistered;
      const validation = await validate(bucket, command, surroundings);
      if (wantsJson(command)) printJson(terminal, validation);
      else terminal.say(reportText(terminal, validation));
      if (validation.usable) return;
      const missing = validation.checks.filter(({ required, outcome }) => required && outcome !== 'passed');
      throw new AppError({
        code: 'BUCKET_NOT_USABLE',
        message: `exports cannot be written to ${bucket}: ${formatCount(missing.length, 'required trial')} did not pass`,
        hint: 'Do what it says above, then validate the bucket again.',
      });
    });
  addClientOptions(command);
  addOptions(command, ['s3Endpoint', 's3Region', 's3Addressing', 's3Checksum', 's3Buckets']);
  addExamples(command, [
    'longshore bucket validate nightly',
    'longshore bucket validate nightly --json | jq \'.checks[] | select(.outcome != "passed") | .message\'',
    'longshore bucket validate s3://example-bucket --s3-endpoint https://s3.example.org',
    'longshore bucket validate az://account/exports',
  ]);
};
