import { existsSync, readdirSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { GETTING_STARTED } from '../../app/product.ts';
import { SAMPLE_DUMP } from '../../app/sample.ts';
import { AppError } from '../../kernel/errors.ts';
import { addExamples, type AddCommand } from '../command.ts';

function notEmpty(directory: string): AppError {
  return new AppError({
    code: 'INVALID_OPTION',
    message: `--keep is ${directory}, which is not empty`,
    hint: 'Give a directory that is empty or not there yet.',
  });
}

export const addDemo: AddCommand = (parent, { terminal, clock, signal }) => {
  const command = parent
    .command('demo')
    .description('show the main job end to end, on the sample that comes with Longshore')
    .option('--keep <DIR>', 'leave everything in this directory, which is empty or not there yet')
    .action(async () => {
      const { keep } = command.opts<{ keep?: string }>();
      if (keep !== undefined && existsSync(keep) && readdirSync(keep).length > 0) throw notEmpty(keep);
      const { runDemo } = await import('../demo/demo.ts');
      const { makeTemporaryDirectory } = await import('../temporary-directory.ts');
      const temporary = keep === undefined ? makeTemporaryDirectory('demo') : undefined;
      const dataDir = temporary?.path ?? resolve(keep ?? '');
      try {
        await runDemo({ terminal, clock, signal, dataDir, dump: SAMPLE_DUMP });
      } finally {
        temporary?.remove();
      }
      const { out } = terminal;
      const program = import.meta.url.endsWith('.ts') ? 'npm run longshore --' : 'longshore';
      if (keep === undefined) {
        terminal.say(`Nothing of it is left. ${program} demo --keep ./longshore-demo leaves it there to look at.\n\n`);
      } else {
        const shown = relative('.', dataDir).startsWith('..') ? dataDir : `./${relative('.', dataDir)}`;
        terminal.say(`Everything is in ${shown}; serve it again with: ${program} serve --data-dir ${shown}\n\n`);
      }
      out.write(`Next, with your own data:\n`);
      out.write(`  ${program} serve\n`);
      out.write(`  ${program} cluster add Cluster0 --mongodump /path/to/your/dump   (in a second terminal)\n`);
      terminal.say(`  then follow ${GETTING_STARTED}\n`);
    });
  addExamples(command, ['longshore demo', 'longshore demo --keep ./longshore-demo']);
};
