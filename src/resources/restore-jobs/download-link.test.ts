import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createDownloadLinks, FILE_ENDING, type DownloadLinks } from './download-link.ts';

const links = createDownloadLinks(new Uint8Array(32).fill(7));
const DOWNLOAD = { restoreJobId: 'a'.repeat(24), snapshotId: 'b'.repeat(24), expires: 1_786_332_505 };

function readLink(link: string, by: DownloadLinks = links): unknown {
  const url = new URL(link, 'http://localhost');
  const file = url.pathname.slice('/downloads/'.length);
  if (!file.endsWith(FILE_ENDING)) return undefined;
  return by.read(file.slice(0, -FILE_ENDING.length), (name) => url.searchParams.get(name) ?? undefined);
}

test('a link is read back as what it was made of, and its path holds no secret', () => {
  const link = links.linkOf(DOWNLOAD);
  assert.match(
    link,
    /^\/downloads\/restore-b{24}\.tar\.gz\?restoreJobId=a{24}&expires=1786332505&signature=[0-9a-f]{64}$/,
  );
  assert.deepEqual(readLink(link), DOWNLOAD);
});

test('the link of the folder names the same, and the key of an object goes behind its path', () => {
  const url = new URL(links.folderLinkOf(DOWNLOAD), 'http://localhost');
  assert.equal(url.pathname, `/downloads/restore-${'b'.repeat(24)}/`);
  const [folder = ''] = url.pathname.slice('/downloads/'.length).split('/');
  assert.deepEqual(
    links.read(folder, (name) => url.searchParams.get(name) ?? undefined),
    DOWNLOAD,
  );
});

test('a link with any other character is refused', () => {
  const link = links.linkOf(DOWNLOAD);
  fc.assert(
    fc.property(
      fc.integer({ min: '/downloads/'.length, max: link.length - 1 }),
      fc.constantFrom('0', 'a', 'f', '9', '', 'x'),
      (at, other) => {
        const changed = link.slice(0, at) + other + link.slice(at + 1);
        if (changed !== link) assert.equal(readLink(changed), undefined);
      },
    ),
    { numRuns: 1000 },
  );
});

test('a link of another server is refused', () => {
  assert.equal(readLink(links.linkOf(DOWNLOAD), createDownloadLinks(new Uint8Array(32).fill(8))), undefined);
});
