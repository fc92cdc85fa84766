import { AppError } from '../../../../kernel/errors.ts';
import { serverCode } from '../../../sources/deployments.ts';
import type { Primary } from '../primary.ts';
import { isDocument } from './entries.ts';
import { oplogUnsupported } from './errors.ts';

/** Servers that are compatible with MongoDB often lack `applyOps`, and a mongos refuses it. @throws AppError `RESTORE_OPLOG_UNSUPPORTED` */
export async function requireOplogSupport(
  primary: Primary,
  { description: target, isSharded }: { readonly description: string; readonly isSharded: boolean },
  signal: AbortSignal,
): Promise<void> {
  if (isSharded) throw oplogUnsupported(target, 'it is a sharded cluster');
  let commands: unknown;
  try {
    const command = () => ({ listCommands: 1 });
    const reply = await primary.run({ database: 'admin', command, doing: 'asking for the commands', signal });
    commands = reply['commands'];
  } catch (thrown) {
    const isRefused = thrown instanceof AppError && serverCode(thrown.cause) !== undefined && !thrown.transient;
    if (!isRefused) throw thrown;
    throw oplogUnsupported(target, 'it does not say which commands it knows');
  }
  const knows = typeof commands === 'object' && commands !== null && !isDocument(commands) && 'applyOps' in commands;
  if (!knows) throw oplogUnsupported(target, 'it has no command applyOps');
}
