// The interchange format of POSIX.1-2017 (pax, "Extended Header Block" and "ustar Interchange Format"): blocks of 512 bytes, a
// header before each file, and two empty blocks at the end. Paths and sizes that a plain header cannot hold stand in an
// extended header before it.

export const TAR_BLOCK_BYTES = 512;
/** The end of an archive. */
export const TAR_END_BYTES = 2 * TAR_BLOCK_BYTES;

const MAX_PLAIN_NAME_BYTES = 100;
/** 11 octal digits. */
const MAX_PLAIN_SIZE = 8 ** 11 - 1;
const PRINTABLE_ASCII = /^[\x20-\x7e]*$/;
const MODE = 0o644;

/** A file of an archive. */
export interface TarFile {
  /** With slashes. */
  readonly path: string;
  readonly bytes: number;
  /** Seconds since the Unix epoch. */
  readonly modifiedAt: number;
}

/** The number of bytes with which a file's content is filled up to whole blocks. */
export function paddingOf(bytes: number): number {
  return (TAR_BLOCK_BYTES - (bytes % TAR_BLOCK_BYTES)) % TAR_BLOCK_BYTES;
}

/** The header of a file, with an extended header before it where that is necessary. */
export function tarHeader(file: TarFile): Buffer {
  const extended = extendedFacts(file);
  const header = plainHeader({ ...file, type: '0' });
  if (extended === '') return header;
  const content = Buffer.from(extended, 'utf8');
  const before = plainHeader({
    path: 'PaxHeaders/0',
    bytes: content.byteLength,
    modifiedAt: file.modifiedAt,
    type: 'x',
  });
  return Buffer.concat([before, content, Buffer.alloc(paddingOf(content.byteLength)), header]);
}

function extendedFacts({ path, bytes }: TarFile): string {
  const isPlain = path.length <= MAX_PLAIN_NAME_BYTES && PRINTABLE_ASCII.test(path);
  return (isPlain ? '' : record('path', path)) + (bytes <= MAX_PLAIN_SIZE ? '' : record('size', String(bytes)));
}

/** A record of an extended header: its own length in bytes, a keyword and a value. */
function record(keyword: string, value: string): string {
  const rest = ` ${keyword}=${value}\n`;
  const restBytes = Buffer.byteLength(rest);
  let bytes = restBytes + 1;
  while (bytes !== restBytes + String(bytes).length) bytes = restBytes + String(bytes).length;
  return `${bytes}${rest}`;
}

function plainHeader({ path, bytes, modifiedAt, type }: TarFile & { readonly type: '0' | 'x' }): Buffer {
  const header = Buffer.alloc(TAR_BLOCK_BYTES);
  // A reader takes the path and the size of the extended header. These remain for readers that know none.
  header.write(path.replaceAll(/[^\x20-\x7e]/g, '_').slice(0, MAX_PLAIN_NAME_BYTES), 0, 'latin1');
  header.write(octal(MODE, 7), 100, 'latin1');
  header.write(octal(0, 7), 108, 'latin1');
  header.write(octal(0, 7), 116, 'latin1');
  header.write(octal(Math.min(bytes, MAX_PLAIN_SIZE), 11), 124, 'latin1');
  header.write(octal(modifiedAt, 11), 136, 'latin1');
  header.fill(' ', 148, 156);
  header.write(type, 156, 'latin1');
  header.write('ustar\x0000', 257, 'latin1');
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${octal(sum, 6)}\0 `, 148, 'latin1');
  return header;
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0');
}
