import { statOf } from '../../../app/read-file.ts';
import { AppError } from '../../../kernel/errors.ts';
import type { VerifyProgress, VerifyReport } from '../../../pipelines/verify/index.ts';
import { ADDRESS_FORMS, parseAddress } from '../../bucket-address.ts';
import { addExamples, addOptions, printJson, wantsJson, type AddCommand } from '../../command.ts';
import { directoryNotFound } from '../../errors.ts';
import { formatBytes, formatCount } from '../../format.ts';
import { printable } from '../../left-out.ts';
import { createProgress, type ProgressState } from '../../progress.ts';
import type { Terminal } from '../../terminal.ts';

type VerifiedExport = VerifyReport & { readonly prefix: string };

const NOTHING: VerifyProgress = { objects: 0, documents: 0, bytes: 0 };

function sum(a: VerifyProgress, b: VerifyProgress): VerifyProgress {
  return { objects: a.objects + b.objects, documents: a.documents + b.documents, bytes: a.bytes + b.bytes };
}

/** The progress over all exports. @param read what was read of them. @param total what the lists of the store say. */
function verifyProgress(read: VerifyProgress, total: VerifyProgress): ProgressState {
  return {
    state: 'reading',
    done: read.objects,
    total: total.objects,
    unit: 'objects',
    figures: { bytes: read.bytes, totalBytes: total.bytes, documents: read.documents },
  };
}

/** A line on the export, and below it one for a missing manifest and one for each problem. */
function reportText(terminal: Terminal, verified: VerifiedExport): string {
  const { prefix, manifest, objects, documents, bytes, problems } = verified;
  const mark =
    problems.length === 0 ? terminal.paint(terminal.out, 'green', 'ok ') : terminal.paint(terminal.out, 'red', 'BAD');
  const found = [formatCount(objects, 'object'), formatCount(documents, 'document'), formatBytes(bytes)].join(', ');
  const remarks = [
    ...(manifest ? [] : ['no manifest: only .complete and the files themselves could be checked']),
    ...problems.map(printable),
  ];
  return `${mark} ${printable(prefix === '' ? '.' : prefix)}: ${found}\n${remarks.map((remark) => `    ${remark}\n`).join('')}`;
}

export const addExportVerify: AddCommand = (parent, surroundings) => {
  const { terminal, clock, signal } = surroundings;
  const command = parent
    .command('verify')
    .description(
      'check every file, checksum and count of exports in a bucket against their manifests, without a server; of an export of Atlas, ' +
        'which has no manifest, check that the files are whole and as many as .complete says',
    )
    .argument('<address>', `a bucket, a folder inside it, or a copy of an export: ${ADDRESS_FORMS}`)
    .option('--json', 'print the result as JSON')
    .action(async (address: string) => {
      const { findExports, verifyExport } = await import('../../../pipelines/verify/index.ts');
      const { EXPORTS_FOLDER } = await import('../../../pipelines/export/index.ts');
      const { config, prefix } = parseAddress(address, EXPORTS_FOLDER, command, surroundings);
      const nothing = new AppError({
        code: 'NO_EXPORT_FOUND',
        message: `there is no export in ${address}`,
        hint: `Name a bucket, which holds ${EXPORTS_FOLDER}, a directory inside it, or a copy of an export.`,
      });
      if (config.kind === 'local' && statOf(config.directory) === undefined) throw directoryNotFound(config.directory);
      const { openObjectStore } = await import('../../../object-store/all.ts');
      const store = await openObjectStore(config, { clock });
      let found = await findExports(store, prefix, signal);
      // No bucket of exports: perhaps a place that one was copied to.
      if (found.length === 0 && prefix === `${EXPORTS_FOLDER}/`) found = await findExports(store, '', signal);
      if (found.length === 0) throw nothing;
      const progress = createProgress(terminal, 'verify', clock);
      const exports: VerifiedExport[] = [];
      // A list counts no documents.
      const total = found.reduce((all, { objects, bytes }) => sum(all, { objects, bytes, documents: 0 }), NOTHING);
      try {
        let before = NOTHING;
        for (const { prefix: place, objects, bytes } of found) {
          const onProgress = (read: VerifyProgress): void => progress.update(verifyProgress(sum(before, read), total));
          const report = await verifyExport({ store, prefix: place, signal, onProgress });
          exports.push({ prefix: place, ...report });
          before = sum(before, { objects, bytes, documents: report.documents });
        }
      } finally {
        progress.end();
      }
      if (wantsJson(command)) printJson(terminal, { exports });
      else for (const each of exports) terminal.say(reportText(terminal, each));
      const bad = exports.filter(({ problems }) => problems.length > 0);
      if (bad.length > 0) {
        throw new AppError({
          code: 'EXPORT_DIFFERS',
          message: `not as they were written: ${bad.length} of ${formatCount(exports.length, 'export')}`,
          hint: 'Export the snapshot again, and find out what changed the files.',
        });
      }
    });
  addOptions(command, ['s3Endpoint', 's3Region', 's3Addressing']);
  addExamples(command, [
    'longshore export verify ./longshore-data/buckets/example-bucket',
    'longshore export verify s3://example-bucket --s3-endpoint https://s3.example.org',
    'longshore export verify gs://example-bucket',
    'longshore export verify az://account/exports/exported_snapshots',
    "longshore export verify ./longshore-data/buckets/example-bucket --json | jq '.exports[].problems'",
  ]);
};
