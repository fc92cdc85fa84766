import { writeFile } from 'node:fs/promises';
import { AppError } from '../../../kernel/errors.ts';
import { addClientOptions, addExamples, openSession, printJson, wantsJson, type AddCommand } from '../../command.ts';
import { readDrill, readDrillKeys } from '../../drill/documents.ts';
import { reportPage } from '../../drill/report-page.ts';
import { backupPath } from '../../find.ts';
import { describeDrill } from './run.ts';

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
    .argument('<drill>', 'id of the drill')
    .option('--html <FILE>', 'write the report as a page to print')
    .option('--report <FILE>', 'write the signed text, with FILE.sig and FILE.pem to check it by openssl')
    .action(async (cluster: string, id: string) => {
      const { html, report: file } = command.opts<Options>();
      const { client, extensionPath } = await openSession(command, surroundings);
      const path = `${backupPath(cluster)}/drills/${encodeURIComponent(id)}`;
      const drill = await client.request(readDrill, 'GET', extensionPath(path));
      if (html !== undefined || file !== undefined) {
        const { report, signature, signedText } = drill;
        if (report === undefined || signature === undefined || signedText === undefined) throw notEnded(id);
        const keys = await client.request(readDrillKeys, 'GET', extensionPath('/drillKeys'));
        const publicKey = keys.find((key) => key.id === drill.keyId)?.publicKey ?? '';
        if (html !== undefined) await writeFile(html, reportPage({ report, signature, publicKey }));
        if (file !== undefined) {
          await writeFile(file, signedText);
          await writeFile(`${file}.sig`, Buffer.from(signature, 'base64'));
          await writeFile(`${file}.pem`, publicKey);
        }
      }
      if (wantsJson(command)) printJson(terminal, drill);
      else terminal.out.write(describeDrill(drill));
    });
  addClientOptions(command);
  addExamples(command, [
    'longshore drill show Cluster0 66b7… --html report.html',
    'longshore drill show Cluster0 66b7… --report report.json && openssl pkeyutl -verify -rawin -pubin -inkey report.json.pem -in report.json -sigfile report.json.sig',
  ]);
};

function notEnded(id: string): AppError {
  return new AppError({
    code: 'DRILL_NOT_ENDED',
    message: `the drill ${id} has no report yet, because it has not ended`,
    hint: 'Wait until `longshore drill list` shows its outcome.',
  });
}
