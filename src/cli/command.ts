import { Option, type Command } from 'commander';
import type { Environment, Flags, OptionName, OptionRecord } from '../app/config.ts';
import { optionNames, options, resolveClientSettings } from '../app/config.ts';
import type { Clock } from '../kernel/clock.ts';
import { AppError } from '../kernel/errors.ts';
import { createApiClient, type ApiClient } from './client.ts';
import { findGroupId } from './find-project.ts';
import type { Terminal } from './terminal.ts';

/** The surroundings that every command receives. */
export interface Surroundings {
  readonly terminal: Terminal;
  readonly clock: Clock;
  /** Aborts on Ctrl-C, SIGTERM and SIGHUP. */
  readonly signal: AbortSignal;
  /** The environment variables; absent: those of the process. */
  readonly environment?: Environment;
}

/** Adds a command to its parent. Each file of commands/ exports one function of this type. */
export type AddCommand = (parent: Command, surroundings: Surroundings) => void;

function commanderOption(record: OptionRecord<unknown>): Option | undefined {
  if (record.flag === undefined) return undefined;
  const standard =
    record.defaultText ??
    (record.default === undefined ? undefined : JSON.stringify(record.default).replaceAll('"', ''));
  const notes = [...(standard === undefined ? [] : [`default: ${standard.replaceAll('`', '')}`]), `env: ${record.env}`];
  const value = record.isSwitch === true ? '' : ` <${record.placeholder}>`;
  return new Option(`${record.flag}${value}`, `${record.help} (${notes.join(', ')})`);
}

/** Adds the named options to a command. Flag, help and default come from the option records. */
export function addOptions(command: Command, names: readonly OptionName[]): Command {
  for (const name of names) {
    const made = commanderOption(options[name]);
    if (made !== undefined) command.addOption(made);
  }
  return command;
}

/** The options that the command line gave, by the name of their record. */
export function flagsOf(command: Command): Flags {
  const given: Readonly<Record<string, unknown>> = command.opts();
  const flags: Partial<Record<OptionName, string>> = {};
  for (const name of optionNames) {
    const attribute = commanderOption(options[name])?.attributeName();
    const text = attribute === undefined ? undefined : given[attribute];
    if (typeof text === 'string') flags[name] = text;
    else if (text === true) flags[name] = 'on';
  }
  return flags;
}

const CLIENT_OPTIONS = ['url', 'groupId', 'publicKey', 'profile', 'dataDir', 'config'] as const;

/** Adds the options of a command that talks to a server: URL, project, API key, and `--json`. */
export function addClientOptions(command: Command): Command {
  return addOptions(command.option('--json', 'print the result as JSON'), CLIENT_OPTIONS);
}

/** A client that is bound to one server, one project and one API key. */
export interface Session {
  readonly client: ApiClient;
  readonly url: string;
  readonly groupId: string;
  /** The public part of the API key that the requests are made with. */
  readonly publicKey: string;
  readonly roleId: string | undefined;
  /** The options of the command line that chose the server, the project and the key. */
  readonly chosenBy: Flags;
  /** The v2 path of a resource of the project: `path('/clusters')`. */
  readonly path: (rest: string) => string;
  /** The path of the same resource in the extension API, whose documents also say what Atlas has no attribute for. */
  readonly extensionPath: (rest: string) => string;
}

/**
 * Finds the server, the key and the project.
 * @throws AppError `MISSING_OPTION`, and what resolving the settings and finding the project throws.
 */
export async function openSession(command: Command, surroundings: Surroundings): Promise<Session> {
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
  const client = createApiClient({ url, publicKey, privateKey }, { signal: surroundings.signal });
  const groupId = await findGroupId(
    client,
    required(settings.groupId, '--group-id', 'which project to work in', { inProfile: true }),
  );
  return {
    client,
    url,
    groupId,
    publicKey,
    roleId: settings.roleId,
    chosenBy: clientFlagsOf(command),
    ...projectPaths(groupId),
  };
}

function clientFlagsOf(command: Command): Flags {
  const flags = flagsOf(command);
  return Object.fromEntries(CLIENT_OPTIONS.flatMap((name) => (flags[name] === undefined ? [] : [[name, flags[name]]])));
}

/** The paths of the resources of a project, for its session. */
export function projectPaths(groupId: string): Pick<Session, 'path' | 'extensionPath'> {
  const project = `groups/${encodeURIComponent(groupId)}`;
  return {
    path: (rest) => `/api/atlas/v2/${project}${rest}`,
    extensionPath: (rest) => `/api/longshore/v1/${project}${rest}`,
  };
}

/**
 * Returns the value of an option that must be given.
 * @param options.inProfile whether a profile may have it.
 * @throws AppError `MISSING_OPTION`
 */
export function required(
  value: string | undefined,
  flag: string,
  what: string,
  { inProfile = false }: { readonly inProfile?: boolean } = {},
): string {
  if (value !== undefined) return value;
  throw new AppError({
    code: 'MISSING_OPTION',
    message: `${flag} is missing: it says ${what}`,
    hint: inProfile ? `Give ${flag}, or a profile that has it.` : `Give ${flag}.`,
  });
}

/** Adds examples to the help of a command, each with a description. */
export function addExamples(command: Command, examples: readonly string[]): Command {
  return command.addHelpText('after', `\nExamples:\n${examples.map((example) => `  ${example}`).join('\n')}\n`);
}

/** Whether `--json` was given. */
export function wantsJson(command: Command): boolean {
  const given: Readonly<Record<string, unknown>> = command.opts();
  return given['json'] === true;
}

/** Writes one JSON value as one line to standard output. */
export function printJson(terminal: Terminal, value: unknown): void {
  terminal.out.write(`${JSON.stringify(value)}\n`);
}
