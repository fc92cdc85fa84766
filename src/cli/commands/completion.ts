import { Argument } from 'commander';
import { addExamples, type AddCommand } from '../command.ts';
import { completionScript, SHELLS, type Shell } from '../completion.ts';

export const addCompletion: AddCommand = (parent, { terminal }) => {
  const command = parent
    .command('completion')
    .description('print a script that completes commands, options and their choices in a shell')
    .addArgument(new Argument('<shell>', 'the shell').choices(SHELLS))
    .action((shell: Shell) => void terminal.out.write(completionScript(parent, shell)));
  addExamples(command, [
    'source <(longshore completion bash)',
    'longshore completion zsh > "${fpath[1]}/_longshore"',
    'longshore completion fish > ~/.config/fish/completions/longshore.fish',
  ]);
};
