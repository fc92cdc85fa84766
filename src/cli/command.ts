import { Option, type Command } from 'commander';
import type { Environment, Flags, OptionName, OptionRecord } from '../app/config.ts';
import { optionNames, options, resolveClientSettings } from '../app/config.ts';
import type { Clock } from '../kernel/clock.ts';
import { AppError } from '../kernel/errors.ts';
import { createApiClient, type ApiClient } from './client.ts';
import type { Terminal } from './terminal.ts';

/** What every command is given. */
export interface Surroundings {
  readonly terminal: Terminal;
  readonly clock: Clock;
  /** Aborts on Ctrl-C, SIGTERM and SIGHUP. */
  readonly signal: AbortSignal;
  /** The process's own where absent. */
  readonly environment?: Environment;
}

/** Puts a command into its place: each file of commands/ exports one of these. */
export type AddCommand = (parent: Command, surroundings: Surroundings) => void;

function commanderOption(record: OptionRecord<unknown>): Option | undefined {
  if (record.flag === undefined) return undefined;
  const standard =
    record.defaultText ??
    (record.default === undefined ? undefined : JSON.stringify(record.default).replaceAll('"', ''));
  const notes = [...(standard === undefined ? [] : [`default: ${standard.replaceAll('`', '')}`]), `env: ${record.env}`];
  return new Option(`${record.flag} <${record.placeholder}>`, `${record.help} (${notes.join(', ')})`);
}

/** Gives a command the options of these names, as their records say. */
export function addOptions(command: Command, names: readonly OptionName[]): Command {
  for (const name of names) {
    const made = commanderOption(options[name]);
    if (made !== undefined) command.addOption(made);
  }
  return command;
}

/** Every option of the records that stood on the command line. */
export function flagsOf(command: Command): Flags {
  const given: Readonly<Record<string, unknown>> = command.opts();
  const flags: Partial<Record<OptionName, string>> = {};
  for (const name of optionNames) {
    const attribute = commanderOption(options[name])?.attributeName();
    const text = attribute === undefined ? undefined : given[attribute];
    if (typeof text === 'string') flags[name] = text;
  }
  return flags;
}

const CLIENT_OPTIONS = ['url', 'groupId', 'publicKey', 'profile', 'dataDir', 'config'] as const;

/** Gives a command the options that say which server, project and key it works with, and `--json`. */
export function addClientOptions(command: Command): Command {
  return addOptions(command.option('--json', 'print the result as JSON'), CLIENT_OPTIONS);
}

/** A server, a project in it, and a key to both. */
export interface Session {
  readonly client: ApiClient;
  readonly url: string;
  readonly groupId: string;
  readonly roleId: string | undefined;
  /** The v2 path of something in the project: `path('/clusters')`. */
  readonly path: (rest: string) => string;
}

/** @throws AppError `MISSING_OPTION`, and what resolving the settings throws. */
export function openSession(command: Command, surroundings: Surroundings): Session {
  const settings = resolveClientSettings(flagsOf(command), surroundings.environment);
  const { url, publicKey, privateKey } = settings;
  if (publicKey === undefined || privateKey === undefined) {
    throw new AppError({
      code: 'MISSING_OPTION',
      message: `there is no API key: none was given, and ${settings.dataDir} has no profile.json`,
      hint:
        'Start the server (`longshore serve`), whose first start makes one; or name its data directory (--data-dir) or ' +
        'profile (--profile); or give --public-key and LONGSHORE_PRIVATE_KEY.',
    });
  }
  const groupId = required(settings.groupId, '--group-id', 'which project to work in');
  return {
    client: createApiClient({ url, publicKey, privateKey }, { signal: surroundings.signal }),
    url,
    groupId,
    roleId: settings.roleId,
    path: (rest) => `/api/atlas/v2/groups/${encodeURIComponent(groupId)}${rest}`,
  };
}

/** The value, which must be there. @throws AppError `MISSING_OPTION` */
export function required(value: string | undefined, flag: string, what: string): string {
  if (value !== undefined) return value;
  throw new AppError({
    code: 'MISSING_OPTION',
    message: `${flag} is missing: it says ${what}`,
    hint: `Give ${flag}, or a profile that has it.`,
  });
}

/** Examples under the help of a command, each with what it does. */
export function addExamples(command: Command, examples: readonly string[]): Command {
  return command.addHelpText('after', `\nExamples:\n${examples.map((example) => `  ${example}`).join('\n')}\n`);
}

/** Whether the command is to print JSON. */
export function wantsJson(command: Command): boolean {
  const given: Readonly<Record<string, unknown>> = command.opts();
  return given['json'] === true;
}

/** One JSON value a line on standard output. */
export function printJson(terminal: Terminal, value: unknown): void {
  terminal.out.write(`${JSON.stringify(value)}\n`);
}
