import { optionsFault } from './connection-options.ts';

/** The parts of a connection string, unchanged. */
export interface ConnectionString {
  readonly scheme: 'mongodb' | 'mongodb+srv';
  /** User and password, percent-encoded. */
  readonly userInfo?: string;
  /** `host`, `host:port`, or the percent-encoded path of a socket. */
  readonly hosts: readonly string[];
  /** The database in the path, decoded. */
  readonly database?: string;
  readonly options: URLSearchParams;
}

const MAX_LENGTH = 4096;

// https://github.com/mongodb/specifications/blob/master/source/connection-string/connection-string-spec.md
const CONNECTION_STRING =
  /^(mongodb|mongodb\+srv):\/\/(?:([^@/?\s]*)@)?([^@/?#\s]+)(?:\/([^@/?#\s]*))?(?:\?([^@#\s]*))?$/;
const USER_INFO = /^(?:[\w.~!$&'()*+,;=-]|%[0-9a-f]{2})*(?::(?:[\w.~!$&'()*+,;=-]|%[0-9a-f]{2})*)?$/i;
const HOST = /^(?:[\w.-]+|\[[0-9a-f:.]+\])(?::[1-9]\d{0,4})?$/i;
const SOCKET = /^%2F[\w.%-]+\.sock$/i;

/**
 * Parses a connection string. @returns undefined if it is not valid, such as with a user or password that is not
 * percent-encoded.
 */
export function parseConnectionString(uri: string): ConnectionString | undefined {
  const parts = uri.length > MAX_LENGTH ? null : CONNECTION_STRING.exec(uri);
  if (parts === null) return undefined;
  const [, scheme, userInfo, hostList = '', path, query = ''] = parts;
  const hosts = hostList.split(',');
  const database = decoded(path ?? '');
  if (scheme !== 'mongodb' && scheme !== 'mongodb+srv') return undefined;
  if (userInfo !== undefined && (!USER_INFO.test(userInfo) || decoded(userInfo) === undefined)) return undefined;
  if (!hosts.every((host) => isHost(host) || SOCKET.test(host)) || database === undefined) return undefined;
  if (scheme === 'mongodb+srv' && hosts.length > 1) return undefined;
  return {
    scheme,
    ...(userInfo === undefined ? {} : { userInfo }),
    hosts,
    ...(database === '' ? {} : { database }),
    options: new URLSearchParams(query),
  };
}

/**
 * Describes what is wrong with a connection string; undefined if nothing is. The text contains no part of the string
 * except names of options.
 */
export function connectionStringFault(uri: string): string | undefined {
  const parsed = parseConnectionString(uri);
  if (parsed !== undefined) return optionsFault(parsed.options);
  return 'mongodb.uri must be a connection string, mongodb://... or mongodb+srv://..., whose user and password are percent-encoded (@ is %40, : is %3A, / is %2F)';
}

/**
 * Makes a connection string for one server of the deployment, with the same credentials and options. The driver then
 * connects to that server directly.
 */
export function directConnectionString(
  connectionString: ConnectionString,
  server: { readonly address: string; readonly authSource?: string },
): string {
  const { scheme, options } = connectionString;
  const kept = new URLSearchParams();
  for (const [name, value] of options) {
    if (
      !/^(directConnection|loadBalanced|replicaSet|readPreference|readPreferenceTags|maxStalenessSeconds|srv\w+)$/i.test(
        name,
      )
    ) {
      kept.append(name, value);
    }
  }
  // A mongodb+srv string implies TLS.
  if (scheme === 'mongodb+srv' && !hasOption(options, 'tls') && !hasOption(options, 'ssl')) kept.append('tls', 'true');
  if (server.authSource !== undefined && !hasOption(options, 'authSource'))
    kept.append('authSource', server.authSource);
  kept.append('directConnection', 'true');
  return connectionStringText({ ...connectionString, scheme: 'mongodb', hosts: [server.address], options: kept });
}

/** Whether a text is `host` or `host:port` as drivers take it: with an address of IPv6 in brackets, and a port from 1 to 65535. */
export function isHost(text: string): boolean {
  return HOST.test(text) && URL.canParse(`mongodb://${text}`);
}

/** The text for drivers. It contains the password. */
export function connectionStringText({ scheme, userInfo, hosts, database = '', options }: ConnectionString): string {
  const user = userInfo === undefined ? '' : `${userInfo}@`;
  return `${scheme}://${user}${hosts.join()}/${encodeURIComponent(database)}?${options.toString()}`;
}

/** Whether an option is given. Drivers accept its name in any case. */
export function hasOption(options: URLSearchParams, wanted: string): boolean {
  return [...options.keys()].some((name) => name.toLowerCase() === wanted.toLowerCase());
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
