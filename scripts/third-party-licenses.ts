import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Type } from 'typebox';
import { jsonTextReader } from '../src/kernel/json-reader.ts';

const Author = Type.Union([Type.String(), Type.Object({ name: Type.String() })]);
const readPackage = jsonTextReader(
  Type.Object({ name: Type.String(), version: Type.String(), license: Type.String(), author: Type.Optional(Author) }),
);

const LICENSE_FILE = /^(licen[cs]e|copying|copyright|notice|third.?party)/i;
/** The section of a README that has the text of the license, up to the end of the file. */
const LICENSE_SECTION = /^#* *licen[cs]e *(\n-+)?\n[^]*copyright[^]*/im;
const RULE = '-'.repeat(80);

interface InstalledPackage {
  readonly name: string;
  readonly folder: string;
}

/** The package that a module of this path is in. */
export function packageOf(path: string): InstalledPackage | undefined {
  const [folder, name] = /^.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path.replaceAll('\\', '/')) ?? [];
  return folder === undefined || name === undefined ? undefined : { name, folder };
}

function licenseTexts(folder: string): readonly string[] {
  const files = readdirSync(folder).sort();
  const read = (file: string): string => readFileSync(join(folder, file), 'utf8').trim();
  const texts = files.filter((file) => LICENSE_FILE.test(file)).map(read);
  if (texts.length > 0) return texts;
  const [section] = files
    .filter((file) => /^readme/i.test(file))
    .flatMap((file) => LICENSE_SECTION.exec(read(file)) ?? []);
  return section === undefined ? [] : [section];
}

function licenseOf(folder: string): string {
  const { name, version, license, author } = readPackage(readFileSync(join(folder, 'package.json'), 'utf8'));
  const texts = licenseTexts(folder);
  const by = typeof author === 'object' ? author.name : author;
  const named = `The package has no text of its license. Its package.json names the license ${license} and the author ${by}.`;
  return `${name} ${version} (${license})\n\n${texts.length > 0 ? texts.join('\n\n') : named}\n`;
}

/** Names, versions and licenses of the packages that these modules are in. The licenses demand them of whoever passes the packages on. */
export function thirdPartyLicenses(modules: readonly string[]): string {
  const folders = new Set(modules.flatMap((path) => packageOf(path)?.folder ?? []));
  const sections = [...folders].map(licenseOf).sort();
  const head = `Longshore contains parts of these ${sections.length} packages:\n`;
  return [head, ...sections].join(`\n${RULE}\n`);
}
