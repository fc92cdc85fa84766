import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { startScriptedMongodb } from '../../../test/support/scripted-mongodb/index.ts';
import { serveHere } from '../../../test/support/server-here.ts';
import { typed } from '../../../test/support/typed-command.ts';
import { SAMPLE_DUMP } from '../../app/sample.ts';
import { createProgress } from '../progress.ts';
import { createTerminal } from '../terminal.ts';

// How output looks on terminals of several widths, and on none. After a wanted change:
// npm run test:one -- --test-update-snapshots src/cli/commands/terminal.test.ts

const WIDTHS = [40, 80, 200, undefined];
const VIEWS = [
  'snapshot list Cluster0',
  'snapshot show Cluster0',
  'export list Cluster0',
  'export show Cluster0',
  'cluster list',
  'cluster show Cluster0',
  'bucket list',
  'bucket show nightly',
  'role list',
  'key list',
  'schedule show Cluster0',
  'webhook list',
  'webhook show pager',
  'drill list Cluster0',
  'drill show Cluster0',
  'snapshot show other',
  'restore-job list Cluster0',
  'restore-job show Cluster0',
  'restore-job watch Cluster0',
  'restore-job list Staging',
  'restore-job show Staging',
  'status',
];

/** Replaces what differs from run to run by text of the same length. */
function steady(text: string): string {
  return (
    text
      .replace(/[0-9a-f]{24}/g, (id) => 'i'.repeat(id.length))
      .replace(
        /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z/g,
        (_, ms?: string) => `YYYY-MM-DDThh:mm:ss${ms === undefined ? '' : '.mmm'}Z`,
      )
      .replace(/\d\d:\d\d UTC/g, 'hh:mm UTC')
      .replace(/\d{4}-\d\d-\d\dT\d{4}\/\d{10}/g, 'YYYY-MM-DDThhmm/ssssssssss')
      .replace(/127\.0\.0\.1:\d{5}/g, '127.0.0.1:ppppp')
      .replace(/^[a-z]{8}(?= \(this one\))/gm, 'kkkkkkkk')
      .replace(/\d\d\d\.\d kB/g, 'nnn.n kB')
      // A bar that is erased leaves nothing, and a line of progress ends with the time that it took.
      .replace(/\r\u001B\[K[^\r\n]*(?=\r\u001B\[K)|\r\u001B\[K/g, '')
      .replace(/\(\d+\.\d s\)$/gm, '(n.n s)')
  );
}

/** The sample holds no name with another character. */
const ONLY_ASCII = /^[\x00-\x7f]*$/;

test('lists and facts fit terminals of 40, 80 and 200 columns, and are whole elsewhere', async (t) => {
  await using served = await serveHere('terminal');
  const { dataDir, directory } = served;
  await using staging = await startScriptedMongodb();
  const type = async (argv: readonly string[], columns?: number, LANG = 'C.UTF-8'): Promise<string> => {
    const terminal = { NO_COLOR: '1', LANG };
    const options = { columns, terminal, environment: { MONGODB_URI: staging.uri } };
    const { out, err } = await typed([...argv, '--data-dir', dataDir], options);
    return out + err;
  };
  await type(['cluster', 'add', 'Cluster0', '--mongodump', SAMPLE_DUMP]);
  await type(['backup', 'Cluster0', '--bucket', 'nightly', '--create-bucket', '--watch']);
  await type(['drill', 'run', 'Cluster0']);
  await type(['cluster', 'add', 'Staging', '--mongodb-uri-env', 'MONGODB_URI', '--allow-empty']);
  await type(['restore', 'Cluster0', 'Staging', '--include', 'shop']);
  // Fails, because the target holds documents.
  await type(['restore', 'nightly/exported_snapshots', 'Staging', '--include', 'shop.orders']);
  const hook = 'https://pager.example.com/hooks/of/the/night/shift/T0001/B0002';
  await type(['webhook', 'create', 'pager', hook, '--event', 'export.failed', '--save', join(directory, 'pager')]);
  for (const columns of WIDTHS) {
    let screen = '';
    for (const view of VIEWS) screen += `$ longshore ${view}\n${await type(view.split(' '), columns)}`;
    t.assert.snapshot(`${columns ?? 'no'} columns\n${steady(screen)}`, { serializers: [String] });
    for (const view of VIEWS) assert.match(await type(view.split(' '), columns, 'C'), ONLY_ASCII, view);
  }
});

test('progress fits terminals of 40, 80 and 200 columns, in UTF-8 and with LANG=C, and is lines elsewhere', (t) => {
  let screens = '';
  for (const LANG of ['C.UTF-8', 'C']) {
    for (const columns of WIDTHS) {
      let text = '';
      const sink = { write: (more: string) => void (text += more), isTTY: columns !== undefined, columns };
      const clock = { ms: 0, now: () => clock.ms };
      const progress = createProgress(createTerminal(sink, sink, { LANG, NO_COLOR: '1' }), 'export', clock);
      for (const [state, bytes] of [
        ['Queued', 0],
        ['InProgress', 0],
        ['InProgress', 120e6],
        ['Successful', 266e6],
      ] as const) {
        clock.ms += 4000;
        const figures = { documents: bytes / 20_000, bytes, totalBytes: 266e6 };
        progress.update({ state, done: Math.round(bytes / 60e6), total: 11, figures });
      }
      progress.end();
      screens += `${columns ?? 'no'} columns, LANG=${LANG}\n${text.replaceAll('\r\u001B[K', '\n')}\n`;
    }
  }
  t.assert.snapshot(screens, { serializers: [String] });
});
