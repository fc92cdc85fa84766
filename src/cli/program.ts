import { Command } from 'commander';
import { productVersion } from '../app/product.ts';
import type { AddCommand, Surroundings } from './command.ts';
import { addBucketCreate } from './commands/bucket/create.ts';
import { addBucketDelete } from './commands/bucket/delete.ts';
import { addBucketList } from './commands/bucket/list.ts';
import { addBucketValidate } from './commands/bucket/validate.ts';
import { addClusterAdd } from './commands/cluster/add.ts';
import { addClusterList } from './commands/cluster/list.ts';
import { addDemo } from './commands/demo.ts';
import { addExportCreate } from './commands/export/create.ts';
import { addExportList } from './commands/export/list.ts';
import { addExportVerify } from './commands/export/verify.ts';
import { addInit } from './commands/init.ts';
import { addRepositoryCheck } from './commands/repository/check.ts';
import { addRestore } from './commands/restore.ts';
import { addRoleAuthorize } from './commands/role/authorize.ts';
import { addRoleCreate } from './commands/role/create.ts';
import { addRoleDelete } from './commands/role/delete.ts';
import { addRoleList } from './commands/role/list.ts';
import { addServe } from './commands/serve.ts';
import { addSnapshotCreate } from './commands/snapshot/create.ts';
import { addSnapshotList } from './commands/snapshot/list.ts';
import { addStatus } from './commands/status.ts';
import { EXIT_CODES } from './exit-codes.ts';

/** Single-word commands, then the groups of two-word commands. */
const COMMANDS: readonly AddCommand[] = [addDemo, addServe, addInit, addStatus, addRestore];
const GROUPS: readonly { readonly name: string; readonly about: string; readonly commands: readonly AddCommand[] }[] = [
  { name: 'cluster', about: 'the deployments that snapshots are taken of', commands: [addClusterAdd, addClusterList] },
  {
    name: 'role',
    about: 'the roles through which buckets are written',
    commands: [addRoleCreate, addRoleAuthorize, addRoleList, addRoleDelete],
  },
  {
    name: 'bucket',
    about: 'the buckets that snapshots are exported to',
    commands: [addBucketCreate, addBucketList, addBucketValidate, addBucketDelete],
  },
  { name: 'snapshot', about: 'take and list snapshots', commands: [addSnapshotCreate, addSnapshotList] },
  {
    name: 'export',
    about: 'export snapshots, and check what was exported',
    commands: [addExportCreate, addExportList, addExportVerify],
  },
  { name: 'repository', about: 'what snapshots are stored in', commands: [addRepositoryCheck] },
];

/** Builds the whole command line. Parsing errors are thrown: no command ends the process by itself. */
export function buildProgram(surroundings: Surroundings): Command {
  const { terminal } = surroundings;
  const program = new Command('longshore')
    .description('Atlas-compatible snapshot export for the MongoDB that you run yourself')
    .version(productVersion)
    .exitOverride()
    .showHelpAfterError('Run the command with --help to see how it is used.')
    .configureOutput({
      writeOut: (text) => void terminal.out.write(text),
      writeErr: (text) => void terminal.err.write(text),
      outputError: (text, write) => {
        write(text.replace(/^error: /, `${terminal.paint(terminal.err, 'red', 'longshore:')} `));
      },
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    });
  for (const add of COMMANDS) add(program, surroundings);
  for (const { name, about, commands } of GROUPS) {
    const group = program.command(name).description(about);
    for (const add of commands) add(group, surroundings);
  }
  const exitCodes = Object.values(EXIT_CODES).map(({ code, meaning }) => `  ${String(code).padStart(3)}  ${meaning}`);
  return program.addHelpText('after', `\nExit codes:\n${exitCodes.join('\n')}\n`);
}
