import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Whether a command of that name can be started. */
export function isOnPath(command: string, environment = process.env): boolean {
  return (environment['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, command), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
