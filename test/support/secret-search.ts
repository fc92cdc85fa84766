import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { gunzipSync } from 'node:zlib';

/** A text that must be nowhere but where the test says. */
export interface Secret {
  /** What it is, for the report. */
  readonly name: string;
  readonly value: string;
}

/** Shorter texts could be anywhere by chance. */
const MIN_LENGTH = 12;

/** Searches texts and files for secrets in plain text, in base64 (wherever it begins in a longer text), in hex, and percent-encoded. */
export class SecretSearch {
  readonly #forms: readonly { readonly secret: string; readonly form: string; readonly bytes: Buffer }[];
  /** `<secret> in <form>: <place>` */
  readonly found = new Set<string>();

  constructor(secrets: readonly Secret[]) {
    this.#forms = secrets.flatMap(({ name, value }) => {
      if (value.length < MIN_LENGTH) throw new Error(`${name} is too short to be searched for`);
      return Object.entries(formsOf(value)).map(([form, text]) => ({ secret: name, form, bytes: Buffer.from(text) }));
    });
  }

  /** @param place where the text is from. */
  text(place: string, text: string | Buffer): void {
    const searched = typeof text === 'string' ? Buffer.from(text) : text;
    for (const { secret, form, bytes } of this.#forms)
      if (searched.includes(bytes)) this.found.add(`${secret} in ${form}: ${place}`);
  }

  /** Searches names and contents of all files below a directory, and what they have zipped. @param except names of files that may hold secrets. */
  files(directory: string, except: readonly string[] = []): number {
    let searched = 0;
    for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
      const file = join(entry.parentPath, entry.name);
      const name = relative(directory, file);
      this.text('the name of a file', name);
      if (!entry.isFile() || except.includes(name)) continue;
      const content = readFileSync(file);
      this.text(name, content);
      if (content[0] === 0x1f && content[1] === 0x8b) this.text(`${name}, unzipped`, gunzipSync(content));
      searched++;
    }
    return searched;
  }

  /** Searches the arguments of this process's descendants. @returns how many there are. */
  commandLines(): number {
    const parents = new Map<number, number>();
    for (const name of readdirSync('/proc')) {
      const stat = /^\d+$/.test(name) ? readOrNothing(`/proc/${name}/stat`) : '';
      // The name of the program is in parentheses, and may hold some itself.
      const parent = /^.*\) \S (\d+) /s.exec(stat)?.[1];
      if (parent !== undefined) parents.set(Number(name), Number(parent));
    }
    const isOurs = (pid: number): boolean => {
      const parent = parents.get(pid);
      return parent === process.pid || (parent !== undefined && parent > 1 && isOurs(parent));
    };
    const ours = [...parents.keys()].filter(isOurs);
    for (const pid of ours) this.text(`the arguments of process ${pid}`, readOrNothing(`/proc/${pid}/cmdline`));
    return ours.length;
  }
}

function formsOf(value: string): Record<string, string> {
  const bytes = Buffer.from(value);
  const forms: Record<string, string> = {
    'plain text': value,
    'percent-encoding': encodeURIComponent(value),
    JSON: JSON.stringify(value).slice(1, -1),
    hex: bytes.toString('hex'),
  };
  // Three bytes are four characters. The first and the last group may have bits of what is around.
  for (const before of [0, 1, 2]) {
    const padded = Buffer.concat([Buffer.alloc(before), bytes]);
    const whole = padded.subarray(before === 0 ? 0 : 3, padded.byteLength - (padded.byteLength % 3));
    forms[`base64 from byte ${before}`] = whole.toString('base64');
    forms[`base64url from byte ${before}`] = whole.toString('base64url');
  }
  return forms;
}

/** A process may have ended in the meantime. */
function readOrNothing(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}
