import { readFileSync } from 'node:fs';
import { isOnPath } from '../../test/support/is-on-path.ts';

/** The command that confines a program with all its threads to one core; undefined without taskset or Linux. */
export function oneCoreLauncher(): readonly string[] | undefined {
  if (!isOnPath('taskset') || process.platform !== 'linux') return undefined;
  const core = /^Cpus_allowed_list:\s*(\d+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  return core === undefined ? undefined : ['taskset', '-c', core];
}
