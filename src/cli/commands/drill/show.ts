import { writeFile } from 'node:fs/promises';
import { AppError } from '../../../kernel/errors.ts';
import { addClientOptions, addExamples, openSession, printJson, wantsJson, type AddCommand } from '../../command.ts';
import { describeDrill } from '../../drill/describe.ts';
import { readDrill, readDrillKeys } from '../../drill/documents.ts';
import { reportPage } from '../../drill/report-page.ts';
import { findCluster, findDrill } from '../../find.ts';
import { printable } from '../../left-out.ts';

interface Options {
  readonly html?: string;
  readonly report?: string;
}

export const addDrillShow: AddCommand = (parent, surroundings) => {
  const { terminal } = surroundings;
  const command = parent
    .command('show')
    .description('show a drill, and write its signed report to files')
    .argument('<cluster>', 'name of the cluster')
    .argument('[drill]', 'id of the drill, a unique beginning of the id, or latest', 'latest')
    .option('--html <FILE>', 'write the report as a page to print, over a file of this name')
    .option(
      '--report <FILE>',
      'write the signed text, with FILE.sig and FILE.pem to check it by openssl, over files of these names',
    )
    .action(async (wantedCluster: string, wanted: string) => {
      const { html, report: file } = command.opts<Options>();
      const session = await openSession(command, surroundings);
      const { client, extensionPath } = session;
      const cluster = await findCluster(session, wantedCluster);
      const { id } = await findDrill(session, cluster, wanted);
      const drill = await client.request(readDrill, 'GET', extensionPath(`${cluster.backup}/drills/${id}`));
      if (html !== undefined || file !== undefined) {
        const { report, signature, signedText, keyId = '' } = drill;
        if (report === undefined || signature === undefined || signedText === undefined) throw notEnded(id);
        const keys = await client.request(readDrillKeys, 'GET', extensionPath('/drillKeys'));
        const publicKey = keys.find((key) => key.id === keyId)?.publicKey;
        if (publicKey === undefined) throw keyMissing(id, keyId);
        const write = async (name: string, content: string | Uint8Array): Promise<void> => {
          await writeFile(name, content);
          terminal.note(`Wrote ${printable(name)}.\n`);
        };
        if (html !== undefined) await write(html, reportPage({ report, signature, publicKey }));
        if (file !== undefined) {
          await write(file, signedText);
          await write(`${file}.sig`, Buffer.from(signature, 'base64'));
          await write(`${file}.pem`, publicKey);
        }
      }
      if (wantsJson(command)) printJson(terminal, drill);
      else terminal.say(describeDrill(drill));
    });
  addClientOptions(command);
  addExamples(command, [
    'longshore drill show Cluster0 --html report.html',
    'longshore drill show Cluster0 latest --report report.json && openssl pkeyutl -verify -rawin -pubin -inkey report.json.pem -in report.json -sigfile report.json.sig',
  ]);
};

function notEnded(id: string): AppError {
  return new AppError({
    code: 'DRILL_NOT_ENDED',
    message: `the drill ${id} has no report yet, because it has not ended`,
    hint: 'Wait until `longshore drill list` shows its outcome.',
  });
}

function keyMissing(id: string, keyId: string): AppError {
  return new AppError({
    code: 'DRILL_KEY_MISSING',
    message: `the report of the drill ${id} was signed with the key ${keyId}, which the server does not list: nothing was written`,
    hint: 'Look for the key in a backup of the data directory from the time of the drill; --json shows the report and its signature.',
  });
}
