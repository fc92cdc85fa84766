import { delimiter } from 'node:path';
import { AppError, messageOf } from '../kernel/errors.ts';
import type { JsonObject } from '../kernel/json.ts';
import { AnyObject, jsonTextReader } from '../kernel/json-reader.ts';
import { LOG_LEVELS, type LogLevel } from '../kernel/logger.ts';
import { parseAzureConnectionString, type AzureAccount } from './azure-connection-string.ts';
import {
  absolutePaths,
  addressList,
  anyText,
  emailAddress,
  hostList,
  httpUrl,
  invalidOption,
  listenAddress,
  oneOf,
  wholeNumber,
  type ListenAddress,
} from './option-parsers.ts';
import { requirePrivateFile } from './private-file.ts';
import { profileFile, readProfile } from './profile.ts';
import { editedTextOf } from './read-file.ts';

/** One option. Help texts, the configuration guide and the checks come from this record. */
export interface OptionRecord<Value> {
  /** Absent for a secret, because the list of processes shows flags, and for a variable of another program. */
  readonly flag?: `--${string}`;
  readonly env: `LONGSHORE_${string}` | 'STORAGE_EMULATOR_HOST';
  /** The key in a configuration file. Absent for the option that names the file. */
  readonly fileKey?: string;
  /** The placeholder of the value in help texts. */
  readonly placeholder: string;
  /** The flag has no value, and means `on`. */
  readonly isSwitch?: true;
  readonly help: string;
  readonly default: Value;
  /** The default as the guide shows it, if it is no constant. */
  readonly defaultText?: string;
  readonly secret?: true;
  /** `server`: read by serve and init. `client`: read by the commands that talk to a server. */
  readonly for: 'server' | 'client' | 'both';
  /** Parses a value; undefined if the text is not valid. `expects` describes valid texts. */
  parse(text: string): Value | undefined;
  readonly expects: string;
}

const option = <Value>(record: OptionRecord<Value>): OptionRecord<Value> => record;
const LOG_FORMATS = ['auto', 'json', 'text'] as const;
const SWITCH = { placeholder: 'on|off', parse: oneOf(['on', 'off'] as const), expects: 'on or off' } as const;
const HOSTS = 'hosts separated by ",", such as db.example.org:27017 or *.example.org';
const AWS_KINDS = ['local', 'aws', 's3'] as const;
const S3_ADDRESSING = ['path', 'virtual-host'] as const;
const S3_CHECKSUMS = ['sha256', 'md5'] as const;
const AZURE_KINDS = ['local', 'azure'] as const;
const GCP_KINDS = ['local', 'gcs'] as const;
const PROVISIONERS = ['none', 'template'] as const;
const DEFAULT_SCHEDULES = ['atlas', 'none'] as const;

/** All options. */
export const options = {
  config: option<string | undefined>({
    flag: '--config',
    env: 'LONGSHORE_CONFIG',
    placeholder: 'FILE',
    help: 'configuration file (JSON)',
    default: undefined,
    for: 'both',
    parse: anyText,
    expects: 'a file name',
  }),
  dataDir: option<string>({
    flag: '--data-dir',
    env: 'LONGSHORE_DATA_DIR',
    fileKey: 'dataDir',
    placeholder: 'DIR',
    help: 'where everything is kept: metadata, snapshots, local buckets, the encryption key',
    default: './longshore-data',
    for: 'both',
    parse: anyText,
    expects: 'a directory',
  }),
  host: option<string>({
    flag: '--host',
    env: 'LONGSHORE_HOST',
    fileKey: 'host',
    placeholder: 'HOST',
    help: 'address to listen on; the server speaks plain HTTP, so put TLS in front of any but a loopback address',
    default: '127.0.0.1',
    for: 'server',
    parse: anyText,
    expects: 'an address or a host name',
  }),
  port: option<number>({
    flag: '--port',
    env: 'LONGSHORE_PORT',
    fileKey: 'port',
    placeholder: 'PORT',
    help: 'port to listen on; 0 takes a free one',
    default: 8080,
    for: 'server',
    parse: wholeNumber(0, 65_535),
    expects: 'a whole number from 0 to 65535',
  }),
  publicUrl: option<string | undefined>({
    flag: '--public-url',
    env: 'LONGSHORE_PUBLIC_URL',
    fileKey: 'publicUrl',
    placeholder: 'URL',
    help: 'what clients call this server; the links in answers start with it',
    default: undefined,
    defaultText: 'the Host header of each request',
    for: 'server',
    parse: httpUrl,
    expects: 'an http or https URL without credentials or query',
  }),
  trustedProxies: option<readonly string[]>({
    flag: '--trusted-proxies',
    env: 'LONGSHORE_TRUSTED_PROXIES',
    fileKey: 'trustedProxies',
    placeholder: 'ADDRESSES',
    help: 'addresses of reverse proxies, separated by ",", single or as 10.0.0.0/8, whose X-Forwarded-For header names the client; access lists and events use that address',
    default: [],
    defaultText: 'none: the address of the client is that of the connection',
    for: 'server',
    parse: addressList,
    expects: 'addresses or blocks of addresses in CIDR notation, separated by ","',
  }),
  dumpRoot: option<readonly string[] | undefined>({
    flag: '--dump-root',
    env: 'LONGSHORE_DUMP_ROOT',
    fileKey: 'dumpRoot',
    placeholder: 'DIRS',
    help: `directories, separated by "${delimiter}", that clusters may be registered from as mongodump directories`,
    default: undefined,
    defaultText: 'any directory on a loopback address, none elsewhere',
    for: 'server',
    parse: absolutePaths,
    expects: `absolute paths of directories, separated by "${delimiter}"`,
  }),
  mongodbHosts: option<readonly string[] | undefined>({
    flag: '--mongodb-hosts',
    env: 'LONGSHORE_MONGODB_HOSTS',
    fileKey: 'mongodbHosts',
    placeholder: 'HOSTS',
    help: 'hosts, separated by ",", that running deployments may be registered from: host, host:port, or *.domain',
    default: undefined,
    defaultText: 'any host on a loopback address, none elsewhere',
    for: 'server',
    parse: hostList,
    expects: HOSTS,
  }),
  webhookHosts: option<readonly string[] | undefined>({
    flag: '--webhook-hosts',
    env: 'LONGSHORE_WEBHOOK_HOSTS',
    fileKey: 'webhookHosts',
    placeholder: 'HOSTS',
    help: 'the only hosts, separated by ",", that webhooks may be sent to, also without TLS and inside the network: host, host:port, or *.domain',
    default: undefined,
    defaultText: 'public addresses by https, and on a loopback address also this machine',
    for: 'server',
    parse: hostList,
    expects: HOSTS,
  }),
  aws: option<(typeof AWS_KINDS)[number]>({
    flag: '--aws',
    env: 'LONGSHORE_AWS',
    fileKey: 'aws',
    placeholder: AWS_KINDS.join('|'),
    help: 'what AWS is on this server: local makes its buckets directories, aws is Amazon S3 through IAM roles, s3 is a store with the API of S3 and credentials of the server',
    default: 'local',
    for: 'server',
    parse: oneOf(AWS_KINDS),
    expects: AWS_KINDS.join(' or '),
  }),
  azure: option<(typeof AZURE_KINDS)[number]>({
    flag: '--azure',
    env: 'LONGSHORE_AZURE',
    fileKey: 'azure',
    placeholder: AZURE_KINDS.join('|'),
    help: 'what Azure is on this server: local makes its containers directories, azure is Azure Blob Storage',
    default: 'local',
    for: 'server',
    parse: oneOf(AZURE_KINDS),
    expects: AZURE_KINDS.join(' or '),
  }),
  gcp: option<(typeof GCP_KINDS)[number]>({
    flag: '--gcp',
    env: 'LONGSHORE_GCP',
    fileKey: 'gcp',
    placeholder: GCP_KINDS.join('|'),
    help: 'what Google Cloud is on this server: local makes its buckets directories, gcs is Google Cloud Storage',
    default: 'local',
    for: 'server',
    parse: oneOf(GCP_KINDS),
    expects: GCP_KINDS.join(' or '),
  }),
  s3Endpoint: option<string | undefined>({
    flag: '--s3-endpoint',
    env: 'LONGSHORE_S3_ENDPOINT',
    fileKey: 's3Endpoint',
    placeholder: 'URL',
    help: 'the store of --aws s3 and of s3:// addresses; its credentials are those of the AWS libraries, such as AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY',
    default: undefined,
    defaultText: '`AWS_ENDPOINT_URL`, else Amazon S3',
    for: 'both',
    parse: httpUrl,
    expects: 'an http or https URL without credentials or query',
  }),
  s3Region: option<string>({
    flag: '--s3-region',
    env: 'LONGSHORE_S3_REGION',
    fileKey: 's3Region',
    placeholder: 'REGION',
    help: 'region of that store; for --aws aws, region of the STS that is asked',
    default: 'us-east-1',
    for: 'both',
    parse: (text) => (/^[A-Za-z0-9-]{1,63}$/.test(text) ? text : undefined),
    expects: 'the name of a region, such as eu-west-1',
  }),
  s3Addressing: option<(typeof S3_ADDRESSING)[number]>({
    flag: '--s3-addressing',
    env: 'LONGSHORE_S3_ADDRESSING',
    fileKey: 's3Addressing',
    placeholder: S3_ADDRESSING.join('|'),
    help: "where a bucket's name is in the store's URLs",
    default: 'path',
    for: 'both',
    parse: oneOf(S3_ADDRESSING),
    expects: S3_ADDRESSING.join(' or '),
  }),
  s3Checksum: option<(typeof S3_CHECKSUMS)[number]>({
    flag: '--s3-checksum',
    env: 'LONGSHORE_S3_CHECKSUM',
    fileKey: 's3Checksum',
    placeholder: S3_CHECKSUMS.join('|'),
    help: 'checksum that goes with every object; md5 is for stores that do not know x-amz-checksum-sha256',
    default: 'sha256',
    for: 'server',
    parse: oneOf(S3_CHECKSUMS),
    expects: S3_CHECKSUMS.join(' or '),
  }),
  s3Buckets: option<string | undefined>({
    flag: '--s3-buckets',
    env: 'LONGSHORE_S3_BUCKETS',
    fileKey: 's3Buckets',
    placeholder: 'FILE',
    help: 'file (JSON) with the encryption, storage class, retention and tags of the objects of each bucket',
    default: undefined,
    for: 'server',
    parse: anyText,
    expects: 'a file name',
  }),
  azureHosts: option<readonly string[]>({
    flag: '--azure-hosts',
    env: 'LONGSHORE_AZURE_HOSTS',
    fileKey: 'azureHosts',
    placeholder: 'HOSTS',
    help:
      'hosts of the storage accounts, separated by ",", that buckets of Azure may name: host, host:port, or *.domain; ' +
      'only a host that is named in full may have an address that is not public, such as that of a private endpoint',
    default: ['*.blob.core.windows.net'],
    defaultText: '`*.blob.core.windows.net`',
    for: 'server',
    parse: hostList,
    expects: HOSTS,
  }),
  azureConnectionString: option<AzureAccount | undefined>({
    env: 'LONGSHORE_AZURE_CONNECTION_STRING',
    placeholder: 'STRING',
    help: 'connection string of one storage account with its key, for an emulator; other accounts are reached with an identity',
    default: undefined,
    secret: true,
    for: 'both',
    parse: parseAzureConnectionString,
    expects: 'a connection string with AccountName and AccountKey',
  }),
  gcpServiceAccount: option<string | undefined>({
    flag: '--gcp-service-account',
    env: 'LONGSHORE_GCP_SERVICE_ACCOUNT',
    fileKey: 'gcpServiceAccount',
    placeholder: 'EMAIL',
    help: 'service account that the server runs as; roles show it, because users grant it access to their buckets',
    default: undefined,
    for: 'server',
    parse: emailAddress,
    expects: 'the e-mail address of a service account',
  }),
  gcsEmulator: option<string | undefined>({
    env: 'STORAGE_EMULATOR_HOST',
    placeholder: 'URL',
    help: "emulator that takes the place of Google Cloud Storage and gets no credentials, as for Google's libraries",
    default: undefined,
    for: 'both',
    parse: (text) => httpUrl(text.includes('://') ? text : `http://${text}`),
    expects: 'a host with a port, or an http or https URL',
  }),
  defaultSchedule: option<(typeof DEFAULT_SCHEDULES)[number]>({
    flag: '--default-schedule',
    env: 'LONGSHORE_DEFAULT_SCHEDULE',
    fileKey: 'defaultSchedule',
    placeholder: DEFAULT_SCHEDULES.join('|'),
    help: "backup schedule of a new cluster: atlas takes a snapshot every 6 hours and keeps it as Atlas's default policy does, none takes only those that are asked for",
    default: 'atlas',
    for: 'server',
    parse: oneOf(DEFAULT_SCHEDULES),
    expects: DEFAULT_SCHEDULES.join(' or '),
  }),
  standIn: option<'on' | 'off'>({
    flag: '--stand-in',
    env: 'LONGSHORE_STAND_IN',
    fileKey: 'standIn',
    ...SWITCH,
    isSwitch: true,
    help: 'stand in for Atlas in tests: clients create clusters of the sample, all buckets are local, and the commands longshore stand-in set the time and ask for faults; the data directory is one of its own',
    default: 'off',
    for: 'server',
  }),
  provisioner: option<(typeof PROVISIONERS)[number]>({
    flag: '--provisioner',
    env: 'LONGSHORE_PROVISIONER',
    fileKey: 'provisioner',
    placeholder: PROVISIONERS.join('|'),
    help: 'whether clients may create clusters through the API of Atlas: none refuses, template gives each of them the data of --template-mongodump or LONGSHORE_TEMPLATE_MONGODB_URI',
    default: 'none',
    for: 'server',
    parse: oneOf(PROVISIONERS),
    expects: PROVISIONERS.join(' or '),
  }),
  templateMongodump: option<string | undefined>({
    flag: '--template-mongodump',
    env: 'LONGSHORE_TEMPLATE_MONGODUMP',
    fileKey: 'templateMongodump',
    placeholder: 'DIR',
    help: 'mongodump directory that is the data of each cluster of --provisioner template',
    default: undefined,
    for: 'server',
    parse: anyText,
    expects: 'a directory',
  }),
  templateMongodbUri: option<string | undefined>({
    env: 'LONGSHORE_TEMPLATE_MONGODB_URI',
    fileKey: 'templateMongodbUri',
    placeholder: 'URI',
    help: 'connection string of the deployment that each cluster of --provisioner template is; all of them share its data',
    default: undefined,
    secret: true,
    for: 'server',
    parse: anyText,
    expects: 'a connection string',
  }),
  clockCheck: option<'on' | 'off'>({
    flag: '--clock-check',
    env: 'LONGSHORE_CLOCK_CHECK',
    fileKey: 'clockCheck',
    ...SWITCH,
    help: 'whether snapshots and events wait with expiring while the clock is more than a day ahead of the time that has passed; start once with off to say that the clock is right',
    default: 'on',
    for: 'server',
  }),
  rateLimits: option<'on' | 'off'>({
    flag: '--rate-limits',
    env: 'LONGSHORE_RATE_LIMITS',
    fileKey: 'rateLimits',
    ...SWITCH,
    help: "Atlas's rate limits; the Ratelimit headers are sent either way",
    default: 'on',
    for: 'server',
  }),
  tokenRateLimit: option<number>({
    flag: '--token-rate-limit',
    env: 'LONGSHORE_TOKEN_RATE_LIMIT',
    fileKey: 'tokenRateLimit',
    placeholder: 'COUNT',
    help: 'tokens that a service account may ask for from one address in a minute; --rate-limits off ends this limit, too',
    default: 10,
    for: 'server',
    parse: wholeNumber(1, 1_000_000),
    expects: 'a whole number from 1 to 1000000',
  }),
  metricsListen: option<ListenAddress | undefined>({
    flag: '--metrics-listen',
    env: 'LONGSHORE_METRICS_LISTEN',
    fileKey: 'metricsListen',
    placeholder: 'HOST:PORT',
    help: 'address of a listener for Prometheus, which serves /metrics without credentials; give one that only the monitor reaches',
    default: undefined,
    defaultText: 'no listener',
    for: 'server',
    parse: listenAddress,
    expects: 'a host and a port, such as 127.0.0.1:9464',
  }),
  metricsToken: option<string | undefined>({
    env: 'LONGSHORE_METRICS_TOKEN',
    placeholder: 'TOKEN',
    help: 'bearer token with which /metrics is served beside the API; without a token it is not served there',
    default: undefined,
    defaultText: 'none',
    secret: true,
    for: 'server',
    parse: (text) => (/^[\x21-\x7e]{16,}$/.test(text) ? text : undefined),
    expects: 'at least 16 characters of ASCII without spaces',
  }),
  logLevel: option<LogLevel>({
    flag: '--log-level',
    env: 'LONGSHORE_LOG_LEVEL',
    fileKey: 'logLevel',
    placeholder: LOG_LEVELS.join('|'),
    help: 'how much the server logs (on standard error)',
    default: 'info',
    for: 'server',
    parse: oneOf(LOG_LEVELS),
    expects: `one of ${LOG_LEVELS.join(', ')}`,
  }),
  logFormat: option<(typeof LOG_FORMATS)[number]>({
    flag: '--log-format',
    env: 'LONGSHORE_LOG_FORMAT',
    fileKey: 'logFormat',
    placeholder: LOG_FORMATS.join('|'),
    help: 'log lines as JSON or as text; auto is text on a terminal',
    default: 'auto',
    for: 'server',
    parse: oneOf(LOG_FORMATS),
    expects: `one of ${LOG_FORMATS.join(', ')}`,
  }),
  encryptionKey: option<string | undefined>({
    env: 'LONGSHORE_ENCRYPTION_KEY',
    placeholder: 'BASE64',
    help: 'key that stored secrets are encrypted with: 32 bytes in base64',
    default: undefined,
    defaultText: 'the file encryption.key in the data directory, made at the first start',
    secret: true,
    for: 'server',
    parse: anyText,
    expects: '32 bytes in base64',
  }),
  url: option<string>({
    flag: '--url',
    env: 'LONGSHORE_URL',
    fileKey: 'url',
    placeholder: 'URL',
    help: 'server to talk to',
    default: 'http://127.0.0.1:8080',
    defaultText: 'the profile, else `http://127.0.0.1:8080`',
    for: 'client',
    parse: httpUrl,
    expects: 'an http or https URL without credentials or query',
  }),
  groupId: option<string | undefined>({
    flag: '--group-id',
    env: 'LONGSHORE_GROUP_ID',
    fileKey: 'groupId',
    placeholder: 'ID',
    help: 'project to work in',
    default: undefined,
    defaultText: 'the profile',
    for: 'client',
    parse: anyText,
    expects: 'a project id',
  }),
  publicKey: option<string | undefined>({
    flag: '--public-key',
    env: 'LONGSHORE_PUBLIC_KEY',
    fileKey: 'publicKey',
    placeholder: 'KEY',
    help: 'public part of the API key',
    default: undefined,
    defaultText: 'the profile',
    for: 'client',
    parse: anyText,
    expects: 'the public part of an API key',
  }),
  privateKey: option<string | undefined>({
    env: 'LONGSHORE_PRIVATE_KEY',
    fileKey: 'privateKey',
    placeholder: 'KEY',
    help: 'private part of the API key',
    default: undefined,
    defaultText: 'the profile',
    secret: true,
    for: 'client',
    parse: anyText,
    expects: 'the private part of an API key',
  }),
  roleId: option<string | undefined>({
    flag: '--role',
    env: 'LONGSHORE_ROLE_ID',
    fileKey: 'roleId',
    placeholder: 'ID',
    help: 'cloud provider access role that a new bucket is written with',
    default: undefined,
    defaultText: 'the profile',
    for: 'client',
    parse: anyText,
    expects: 'a role id',
  }),
  profile: option<string | undefined>({
    flag: '--profile',
    env: 'LONGSHORE_PROFILE',
    fileKey: 'profile',
    placeholder: 'FILE',
    help: 'file with URL, project and API key, as serve and init write it',
    default: undefined,
    defaultText: '`profile.json` in the data directory',
    for: 'client',
    parse: anyText,
    expects: 'a file name',
  }),
};

export type OptionName = keyof typeof options;
type ValueOf<Record> = Record extends OptionRecord<infer Value> ? Value : never;
/** The value of every option. */
export type Settings = { readonly [Name in OptionName]: ValueOf<(typeof options)[Name]> };
/** The texts that the command line gave, by option. */
export type Flags = Readonly<Partial<Record<OptionName, string>>>;
export type Environment = Readonly<Record<string, string | undefined>>;

/** The names of all options, in the order of the records. */
export const optionNames = Object.keys(options) as OptionName[];

const secretFileKeys = optionNames.flatMap((name) => {
  const record: OptionRecord<unknown> = options[name];
  return record.secret === true && record.fileKey !== undefined ? [record.fileKey] : [];
});

const readObject = jsonTextReader(AnyObject);

/** The keys of a configuration file. @throws AppError `INVALID_CONFIG_FILE` */
function readConfigFile(file: string): JsonObject {
  const refuse = (reason: string, hint: string, cause?: unknown): AppError =>
    new AppError({
      code: 'INVALID_CONFIG_FILE',
      message: `the configuration file ${file} cannot be used: ${reason}`,
      hint,
      cause,
    });
  let parsed: JsonObject;
  try {
    parsed = readObject(editedTextOf(file));
  } catch (error) {
    throw refuse(messageOf(error), 'Give a file that exists and holds a JSON object, such as {"port": 9090}.', error);
  }
  const known = optionNames.flatMap((name) => options[name].fileKey ?? []);
  const unknown = Object.keys(parsed).filter((key) => !known.includes(key));
  if (unknown.length > 0) throw refuse(`unknown key ${unknown.join(', ')}`, `The keys are ${known.join(', ')}.`);
  if (secretFileKeys.some((key) => key in parsed)) requirePrivateFile(file);
  return parsed;
}

function resolveOne<Value>(
  record: OptionRecord<Value>,
  flag: string | undefined,
  environment: Environment,
  file: JsonObject,
): Value {
  const inFile = record.fileKey === undefined ? undefined : file[record.fileKey];
  const inEnvironment = environment[record.env];
  // Google's libraries take their empty variable as not set.
  const isSet = inEnvironment !== undefined && (inEnvironment !== '' || record.env.startsWith('LONGSHORE_'));
  const found =
    flag !== undefined
      ? { origin: record.flag ?? record.env, text: flag }
      : isSet
        ? { origin: record.env, text: inEnvironment }
        : inFile !== undefined
          ? { origin: `${record.fileKey ?? ''} in the configuration file`, text: inFile }
          : undefined;
  if (found === undefined) return record.default;
  const text = typeof found.text === 'number' ? String(found.text) : found.text;
  const value = typeof text === 'string' ? record.parse(text) : undefined;
  if (value === undefined) {
    throw invalidOption(found.origin, record.expects, record.secret ? undefined : found.text);
  }
  return value;
}

function resolveAll(flags: Flags, environment: Environment, file: JsonObject): Settings {
  const entries = optionNames.map((name) => {
    const record: OptionRecord<unknown> = options[name];
    return [name, resolveOne(record, flags[name], environment, file)];
  });
  return Object.fromEntries(entries) as Settings;
}

function configFileOf(flags: Flags, environment: Environment): JsonObject {
  const file = resolveOne(options.config, flags.config, environment, {});
  return file === undefined ? {} : readConfigFile(file);
}

/**
 * Resolves the settings of one run: flags, then the environment, then the file, then the defaults. No other function reads
 * `process.env` for settings.
 * @throws AppError `INVALID_OPTION`, `INVALID_CONFIG_FILE`, `FILE_NOT_PRIVATE`
 */
export function resolveSettings(flags: Flags = {}, environment: Environment = process.env): Settings {
  return resolveAll(flags, environment, configFileOf(flags, environment));
}

/**
 * Resolves the settings of a command that talks to a server, as `resolveSettings` does. The profile comes before the defaults.
 * @throws AppError as `resolveSettings`, and `PROFILE_NOT_FOUND`, `INVALID_PROFILE`
 */
export function resolveClientSettings(flags: Flags = {}, environment: Environment = process.env): Settings {
  const file = configFileOf(flags, environment);
  const { profile: named, dataDir } = resolveAll(flags, environment, file);
  const profile = readProfile(named ?? profileFile(dataDir));
  if (profile === undefined && named !== undefined) {
    throw new AppError({
      code: 'PROFILE_NOT_FOUND',
      message: `there is no profile ${named}`,
      hint: 'Give the file profile.json of the data directory that `longshore serve` or `longshore init` made.',
    });
  }
  return resolveAll(flags, environment, { ...profile, ...file });
}

/** The names of all variables that are set. */
export function namesOfVariables(environment: Environment = process.env): string[] {
  return Object.keys(environment);
}

/** The environment variables for the look of output. Other programs use the same variables. */
export function terminalEnvironment(environment: Environment = process.env): {
  readonly noColor: boolean;
  readonly forceColor: boolean;
  readonly dumb: boolean;
  /** Whether the locale's encoding is named, and is not UTF-8 (POSIX.1-2017, Base Definitions, section 8.2). */
  readonly isAscii: boolean;
} {
  const locale = [environment['LC_ALL'], environment['LC_CTYPE'], environment['LANG']].find((each) => each) ?? '';
  return {
    noColor: (environment['NO_COLOR'] ?? '') !== '',
    forceColor: !['', '0', undefined].includes(environment['FORCE_COLOR']),
    dumb: environment['TERM'] === 'dumb',
    isAscii: locale !== '' && !/utf-?8/i.test(locale),
  };
}

/** The value of an environment variable that the user named (`--mongodb-uri-env VAR`); undefined if it is not set. */
export function environmentVariable(name: string, environment: Environment = process.env): string | undefined {
  return environment[name];
}
