import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Document, Int32 } from 'bson';
import type { Random } from './random.ts';
import { objectIdMaker } from './words.ts';

const PACKAGES = join(import.meta.dirname, '../../../node_modules');
/** The length of a section. No document has an unusual one. */
const LONGEST_SECTION = 100_000;

interface Section {
  readonly file: string;
  readonly heading: string;
  readonly text: string;
}

/** The sections of the Markdown files that the installed packages bring: what people wrote, code and tables among it. */
function readSections(): Section[] {
  const files = readdirSync(PACKAGES, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .sort();
  return files.flatMap((file) =>
    readFileSync(join(PACKAGES, file), 'utf8')
      .split(/^(?=#{1,4} )/m)
      .filter((text) => text.trim() !== '')
      .map((text) => ({
        file,
        heading: /^#+ (.*)/.exec(text)?.[1] ?? '',
        text: text.slice(0, LONGEST_SECTION),
      })),
  );
}

/** Makes documents of real text. Their order keeps the copies of a section far from each other, because gzip would otherwise find them. */
export function textDocuments(random: Random): () => Document {
  const nextId = objectIdMaker(random);
  const sections = readSections();
  let taken = 0;
  return () => {
    const section = sections[taken++ % sections.length];
    if (section === undefined) throw new Error(`no Markdown files under ${PACKAGES}: run npm ci`);
    return { _id: nextId(), ...section, lines: new Int32(section.text.split('\n').length) };
  };
}
