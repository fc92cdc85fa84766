import type { Command } from 'commander';
import { writePrivateFile } from '../app/private-file.ts';
import { statOf } from '../app/read-file.ts';
import { AppError } from '../kernel/errors.ts';
import { printJson, type Session } from './command.ts';
import type { Key } from './documents.ts';
import type { Terminal } from './terminal.ts';

/** Adds the option of commands that make an API key. */
export function addSaveOption(command: Command): Command {
  return command.option(
    '--save <FILE>',
    'write URL, project and key to this new file, which --profile takes and only you may read; needed unless the output is a terminal',
  );
}

/**
 * Refuses before a secret is made that nobody would see. @param what names it.
 * @throws AppError `MISSING_OPTION`, `INVALID_OPTION`
 */
export function requirePlaceForSecret({ out }: Terminal, file: string | undefined, what: string): void {
  if (file === undefined && out.isTTY !== true) {
    throw new AppError({
      code: 'MISSING_OPTION',
      message: `${what} is shown on a terminal only, and the output goes elsewhere`,
      hint: 'Give --save FILE, which only you may read.',
    });
  }
  if (file !== undefined && statOf(file) !== undefined) {
    throw new AppError({
      code: 'INVALID_OPTION',
      message: `--save is ${file}, which exists`,
      hint: 'Name a new file.',
    });
  }
}

/** Gives a new key to the user: in a file, or on the terminal. Its private part is in no JSON. */
export function hand(
  { url, groupId, roleId }: Session,
  terminal: Terminal,
  key: Key,
  { save, json }: { readonly save: string | undefined; readonly json: boolean },
): void {
  const { id, publicKey, privateKey, desc, roles } = key;
  if (save !== undefined) {
    const profile = { url, groupId, publicKey, privateKey, ...(roleId === undefined ? {} : { roleId }) };
    writePrivateFile(save, `${JSON.stringify(profile, undefined, 2)}\n`);
  }
  if (json) {
    printJson(terminal, { id, desc, publicKey, roles, ...(save === undefined ? {} : { profile: save }) });
    return;
  }
  const secret = save === undefined ? `${privateKey} (shown this once)` : `in ${save}`;
  terminal.say(`API key ${id} is created.\n  public key   ${publicKey}\n  private key  ${secret}\n`);
}
