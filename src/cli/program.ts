import { Command } from 'commander';
import { productVersion } from '../app/product.ts';
import { commandsOf } from './command-tree.ts';
import type { AddCommand, Surroundings } from './command.ts';
import { addBackup } from './commands/backup.ts';
import { addBucketCreate } from './commands/bucket/create.ts';
import { addBucketDelete } from './commands/bucket/delete.ts';
import { addBucketList } from './commands/bucket/list.ts';
import { addBucketShow } from './commands/bucket/show.ts';
import { addBucketValidate } from './commands/bucket/validate.ts';
import { addClusterAdd } from './commands/cluster/add.ts';
import { addClusterCreate } from './commands/cluster/create.ts';
import { addClusterDelete } from './commands/cluster/delete.ts';
import { addClusterList } from './commands/cluster/list.ts';
import { addClusterShow } from './commands/cluster/show.ts';
import { addClusterUpdate } from './commands/cluster/update.ts';
import { addCompletion } from './commands/completion.ts';
import { addDataBackup } from './commands/data/backup.ts';
import { addDataCheck } from './commands/data/check.ts';
import { addDemo } from './commands/demo.ts';
import { addExportCancel } from './commands/export/cancel.ts';
import { addDrillList } from './commands/drill/list.ts';
import { addDrillRun } from './commands/drill/run.ts';
import { addDrillShow } from './commands/drill/show.ts';
import { addExportCreate } from './commands/export/create.ts';
import { addExportDelete } from './commands/export/delete.ts';
import { addExportList } from './commands/export/list.ts';
import { addExportShow } from './commands/export/show.ts';
import { addExportVerify } from './commands/export/verify.ts';
import { addExportWatch } from './commands/export/watch.ts';
import { addInit } from './commands/init.ts';
import { addKeyCreate } from './commands/key/create.ts';
import { addKeyDelete } from './commands/key/delete.ts';
import { addKeyList } from './commands/key/list.ts';
import { addKeyRotate } from './commands/key/rotate.ts';
import { addRepositoryCheck } from './commands/repository/check.ts';
import { addRestore } from './commands/restore.ts';
import { addRestoreJobCancel } from './commands/restore-job/cancel.ts';
import { addRestoreJobList } from './commands/restore-job/list.ts';
import { addRestoreJobShow } from './commands/restore-job/show.ts';
import { addRestoreJobWatch } from './commands/restore-job/watch.ts';
import { addRoleAuthorize } from './commands/role/authorize.ts';
import { addRoleCreate } from './commands/role/create.ts';
import { addRoleDelete } from './commands/role/delete.ts';
import { addRoleList } from './commands/role/list.ts';
import { addRun } from './commands/run.ts';
import { addScheduleDelete } from './commands/schedule/delete.ts';
import { addScheduleShow } from './commands/schedule/show.ts';
import { addScheduleUpdate } from './commands/schedule/update.ts';
import { addServe } from './commands/serve.ts';
import { addSnapshotCreate } from './commands/snapshot/create.ts';
import { addSnapshotDelete } from './commands/snapshot/delete.ts';
import { addSnapshotList } from './commands/snapshot/list.ts';
import { addSnapshotShow } from './commands/snapshot/show.ts';
import { addSnapshotWatch } from './commands/snapshot/watch.ts';
import { addStandInAdvance } from './commands/stand-in/advance.ts';
import { addStandInClearFaults } from './commands/stand-in/clear-faults.ts';
import { addStandInDelay } from './commands/stand-in/delay.ts';
import { addStandInFailExport } from './commands/stand-in/fail-export.ts';
import { addStandInRefuse } from './commands/stand-in/refuse.ts';
import { addStandInShow } from './commands/stand-in/show.ts';
import { addStatus } from './commands/status.ts';
import { addWebhookCreate } from './commands/webhook/create.ts';
import { addWebhookDelete } from './commands/webhook/delete.ts';
import { addWebhookList } from './commands/webhook/list.ts';
import { addWebhookShow } from './commands/webhook/show.ts';
import { addWebhookTest } from './commands/webhook/test.ts';
import { exitCodesOf } from './exit-codes.ts';
import { fold } from './fold.ts';
import { exitCodesText, foldUsage, helpLayout } from './help.ts';

/** Single-word commands, then the groups of two-word commands. */
const COMMANDS: readonly AddCommand[] = [
  addDemo,
  addServe,
  addInit,
  addStatus,
  addBackup,
  addRun,
  addRestore,
  addCompletion,
];
const GROUPS: readonly { readonly name: string; readonly about: string; readonly commands: readonly AddCommand[] }[] = [
  {
    name: 'cluster',
    about: 'the deployments that snapshots are taken of',
    commands: [addClusterAdd, addClusterCreate, addClusterList, addClusterShow, addClusterUpdate, addClusterDelete],
  },
  {
    name: 'key',
    about: 'the API keys of the project',
    commands: [addKeyCreate, addKeyList, addKeyRotate, addKeyDelete],
  },
  {
    name: 'role',
    about: 'the roles through which buckets are written',
    commands: [addRoleCreate, addRoleAuthorize, addRoleList, addRoleDelete],
  },
  {
    name: 'bucket',
    about: 'the buckets that snapshots are exported to',
    commands: [addBucketCreate, addBucketList, addBucketShow, addBucketValidate, addBucketDelete],
  },
  {
    name: 'snapshot',
    about: 'take, follow and delete snapshots',
    commands: [addSnapshotCreate, addSnapshotList, addSnapshotShow, addSnapshotWatch, addSnapshotDelete],
  },
  {
    name: 'schedule',
    about: 'when snapshots of a cluster are taken, kept and exported',
    commands: [addScheduleShow, addScheduleUpdate, addScheduleDelete],
  },
  {
    name: 'drill',
    about: 'try whether exports can be restored, and keep signed reports',
    commands: [addDrillRun, addDrillList, addDrillShow],
  },
  {
    name: 'export',
    about: 'export snapshots, and check what was exported',
    commands: [
      addExportCreate,
      addExportList,
      addExportShow,
      addExportWatch,
      addExportCancel,
      addExportDelete,
      addExportVerify,
    ],
  },
  {
    name: 'restore-job',
    about: 'follow and cancel the restores that a server makes, and the downloads of its snapshots',
    commands: [addRestoreJobList, addRestoreJobShow, addRestoreJobWatch, addRestoreJobCancel],
  },
  {
    name: 'webhook',
    about: 'receivers that are told of exports that end or are overdue, of failed snapshots and of drills',
    commands: [addWebhookCreate, addWebhookList, addWebhookShow, addWebhookTest, addWebhookDelete],
  },
  { name: 'data', about: 'back up and check the data directory', commands: [addDataBackup, addDataCheck] },
  {
    name: 'stand-in',
    about: 'the time and the faults of a server that stands in for Atlas',
    commands: [
      addStandInShow,
      addStandInAdvance,
      addStandInRefuse,
      addStandInDelay,
      addStandInFailExport,
      addStandInClearFaults,
    ],
  },
  { name: 'repository', about: 'check what snapshots are stored in', commands: [addRepositoryCheck] },
];

/** The width of help without a terminal. */
const DEFAULT_COLUMNS = 80;

/** Builds the whole command line. Parsing errors are thrown: no command ends the process by itself. */
export function buildProgram(surroundings: Surroundings): Command {
  const { terminal } = surroundings;
  const program = new Command('longshore')
    .description('Atlas-compatible snapshot export for the MongoDB that you run yourself')
    .version(productVersion)
    .exitOverride()
    .showHelpAfterError('Run the command with --help to see how it is used.')
    .configureOutput({
      writeOut: (text) => void terminal.out.write(foldUsage(text, terminal.out.columns)),
      writeErr: (text) => {
        terminal.note(text);
      },
      // A terminal that does not know its width says 0.
      getOutHelpWidth: () => terminal.out.columns || DEFAULT_COLUMNS,
      getErrHelpWidth: () => terminal.err.columns || DEFAULT_COLUMNS,
      outputError: (text, write) => {
        write(text.replace(/^error: /, `${terminal.paint(terminal.err, 'red', 'longshore:')} `));
      },
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .configureHelp(helpLayout);
  for (const add of COMMANDS) add(program, surroundings);
  for (const { name, about, commands } of GROUPS) {
    const group = program.command(name).description(about);
    for (const add of commands) add(group, surroundings);
  }
  for (const { words, command } of commandsOf(program)) {
    if (command.commands.length === 0)
      command.addHelpText('after', () => fold(exitCodesOf(words.join(' ')), terminal.out.columns));
  }
  return program.addHelpText('after', () => exitCodesText(terminal.out.columns));
}
