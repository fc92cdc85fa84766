import { compressorsOf, isCompressor } from './compressors.ts';

/** A connection string's parts, as they were written. */
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
const HOST = /^(?:[\w.-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i;
const SOCKET = /^%2F[\w.%-]+\.sock$/i;

/** Options that make the driver read a file of the server's machine. In lower case, as drivers compare options. */
const FILE_OPTIONS = [
  'tlscafile',
  'tlscertificatefile',
  'tlscertificatekeyfile',
  'tlscrlfile',
  'sslca',
  'sslcert',
  'sslcertificatekeyfile',
  'sslcrl',
  'sslkey',
];
/** Ways to log in that ask the machine that Longshore runs on, and not the connection string, who it is. */
const MACHINE_CREDENTIALS = ['GSSAPI', 'MONGODB-AWS', 'MONGODB-OIDC', 'MONGODB-X509'];

/** @returns undefined for what is no connection string, also one whose user or password is not percent-encoded. */
export function parseConnectionString(uri: string): ConnectionString | undefined {
  const parts = uri.length > MAX_LENGTH ? null : CONNECTION_STRING.exec(uri);
  if (parts === null) return undefined;
  const [, scheme, userInfo, hostList = '', path, query = ''] = parts;
  const hosts = hostList.split(',');
  const database = decoded(path ?? '');
  if (scheme !== 'mongodb' && scheme !== 'mongodb+srv') return undefined;
  if (userInfo !== undefined && (!USER_INFO.test(userInfo) || decoded(userInfo) === undefined)) return undefined;
  if (!hosts.every((host) => HOST.test(host) || SOCKET.test(host)) || database === undefined) return undefined;
  if (scheme === 'mongodb+srv' && hosts.length > 1) return undefined;
  return {
    scheme,
    ...(userInfo === undefined ? {} : { userInfo }),
    hosts,
    ...(database === '' ? {} : { database }),
    options: new URLSearchParams(query),
  };
}

/** What is wrong with a connection string, or undefined. Repeats no part of it but the names of options. */
export function connectionStringFault(uri: string): string | undefined {
  const parsed = parseConnectionString(uri);
  if (parsed === undefined) {
    return 'mongodb.uri must be a connection string, mongodb://… or mongodb+srv://…, whose user and password are percent-encoded (@ is %40, : is %3A, / is %2F)';
  }
  for (const [name, value] of parsed.options) {
    const option = name.toLowerCase();
    if (FILE_OPTIONS.includes(option)) {
      return `mongodb.uri may not have the option ${FILE_OPTIONS.includes(option) ? option : ''}, because it reads a file of the server's machine`;
    }
    if (option === 'loadbalanced' && value === 'true') {
      return 'mongodb.uri may not have the option loadBalanced, because a cursor is read from the server that opened it';
    }
    if (option === 'compressors' && !compressorsOf(value).every(isCompressor)) {
      return 'mongodb.uri has a compressor that MongoDB does not know; it may name zlib and zstd';
    }
    if (option === 'authmechanism' && MACHINE_CREDENTIALS.includes(value.toUpperCase())) {
      return "mongodb.uri may not use this authMechanism, because it takes credentials from the server's machine; use a user with a password";
    }
  }
  return undefined;
}

/** The same credentials and options for one server of the deployment, which is then asked directly. */
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
  // What a mongodb+srv string means without saying so.
  if (scheme === 'mongodb+srv' && !hasOption(options, 'tls') && !hasOption(options, 'ssl')) kept.append('tls', 'true');
  if (server.authSource !== undefined && !hasOption(options, 'authSource'))
    kept.append('authSource', server.authSource);
  kept.append('directConnection', 'true');
  return connectionStringText({ ...connectionString, scheme: 'mongodb', hosts: [server.address], options: kept });
}

/** As drivers take it. It holds the password. */
export function connectionStringText({ scheme, userInfo, hosts, database = '', options }: ConnectionString): string {
  const user = userInfo === undefined ? '' : `${userInfo}@`;
  return `${scheme}://${user}${hosts.join()}/${encodeURIComponent(database)}?${options.toString()}`;
}

/** Drivers take an option's name in any case. */
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
