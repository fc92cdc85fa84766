import { readFileSync } from 'node:fs';
import { isOnPath } from '../../test/support/is-on-path.ts';

/** What confines a program to one core, with all of its threads; undefined where taskset or Linux is missing. */
export function oneCoreLauncher(): readonly string[] | undefined {
  if (!isOnPath('taskset') || process.platform !== 'linux') return undefined;
  const core = /^Cpus_allowed_list:\s*(\d+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  return core === undefined ? undefined : ['taskset', '-c', core];
}
