import { existsSync } from 'node:fs';
import { AppError } from '../../kernel/errors.ts';
import { parseStoreAddress } from '../../object-store/addressing.ts';
import type { ObjectStore } from '../../object-store/contract.ts';
import type { VerifyReport } from '../../pipelines/verify/index.ts';
import { addExamples, printJson, wantsJson, type AddCommand } from '../command.ts';
import { formatBytes, formatCount } from '../format.ts';
import type { Terminal } from '../terminal.ts';

const ROOT = 'exported_snapshots';
/** `exported_snapshots/<orgId>/<groupId>/<cluster>/<date>/<epoch>`: the parts of an export's prefix. */
const PREFIX_PARTS = 6;

/** The prefixes of all exports that have an object below the prefix. */
export async function exportPrefixes(store: ObjectStore, prefix: string): Promise<string[]> {
  const found = new Set<string>();
  for await (const { key } of store.list(prefix)) {
    const parts = key.split('/');
    if (parts.length > PREFIX_PARTS) found.add(parts.slice(0, PREFIX_PARTS).join('/'));
  }
  return [...found];
}

/** A line on the export, and one below it for each problem. */
function reportText(terminal: Terminal, verified: VerifyReport & { readonly prefix: string }): string {
  const { prefix, objects, documents, bytes, problems } = verified;
  const mark =
    problems.length === 0 ? terminal.paint(terminal.out, 'green', 'ok ') : terminal.paint(terminal.out, 'red', 'BAD');
  const found = [formatCount(objects, 'object'), formatCount(documents, 'document'), formatBytes(bytes)].join(', ');
  return `${mark} ${prefix}: ${found}\n${problems.map((problem) => `    ${problem}\n`).join('')}`;
}

export const addExportVerify: AddCommand = (parent, { terminal, clock, signal }) => {
  const command = parent
    .command('verify')
    .description(
      'check exports in a directory against their manifests: every file, checksum and count; needs no server',
    )
    .argument('<directory>', 'a bucket that is a directory, or a directory inside it')
    .option('--json', 'print the result as JSON')
    .action(async (directory: string) => {
      const { config, prefix } = parseStoreAddress(directory, ROOT);
      const nothing = new AppError({
        code: 'NO_EXPORT_FOUND',
        message: `there is no export in ${directory}`,
        hint: `Name a bucket, which holds ${ROOT}, or a directory inside it.`,
      });
      if (!existsSync(config.directory)) throw nothing;
      const { openObjectStore } = await import('../../object-store/all.ts');
      const { verifyExport } = await import('../../pipelines/verify/index.ts');
      const store = await openObjectStore(config, { clock });
      const prefixes = await exportPrefixes(store, prefix);
      if (prefixes.length === 0) throw nothing;
      const exports = [];
      for (const each of prefixes)
        exports.push({ prefix: each, ...(await verifyExport({ store, prefix: each, signal })) });
      if (wantsJson(command)) printJson(terminal, { exports });
      else for (const each of exports) terminal.out.write(reportText(terminal, each));
      const bad = exports.filter(({ problems }) => problems.length > 0);
      if (bad.length > 0) {
        throw new AppError({
          code: 'EXPORT_DIFFERS',
          message: `not as the manifest says: ${bad.length} of ${formatCount(exports.length, 'export')}`,
          hint: 'Export the snapshot again, and find out what changed the files.',
        });
      }
    });
  addExamples(command, [
    'longshore export verify ./longshore-data/buckets/example-bucket',
    "longshore export verify ./longshore-data/buckets/example-bucket --json | jq '.exports[].problems'",
  ]);
};
