import { isAbsolute } from 'node:path';
import { redactText } from '../../kernel/logger.ts';
import { connectionStringFault, parseConnectionString } from '../../snapshot/sources/index.ts';
import type { ClusterSource } from './model.ts';

/** The options that the API may show. Other options may contain secrets. */
const PUBLIC_OPTIONS = ['authSource', 'directConnection', 'loadBalanced', 'replicaSet', 'ssl', 'tls'];

const MAX_PATH_LENGTH = 4096;

/** "Naming Restrictions" in MongoDB's manual. */
const DATABASE_NAME = /^[^/\\. "$\0]{1,63}$/;

/** Describes the fault of a source without opening it; undefined if there is none. Never contains a connection string. */
export function faultOf(source: ClusterSource): string | undefined {
  switch (source.kind) {
    case 'mongodump':
      if (!isAbsolutePath(source.directory)) {
        return 'mongodump.directory must be the absolute path of a directory on the server';
      }
      return source.database === undefined || DATABASE_NAME.test(source.database)
        ? undefined
        : 'mongodump.database must be a name that MongoDB takes: 1 to 63 characters other than /\\. "$ and NUL';
    case 'archive':
      return isAbsolutePath(source.file)
        ? undefined
        : 'mongodump.archive must be the absolute path of a file on the server, or - where an archive is sent with each snapshot';
    case 'upload':
      return undefined;
    case 'mongodb':
      return connectionStringFault(source.uri);
  }
}

function isAbsolutePath(path: string): boolean {
  return isAbsolute(path) && path.length <= MAX_PATH_LENGTH && !path.includes('\0');
}

/** Returns Atlas's connectionStrings without user, password and options that may contain a secret. */
export function publicConnectionStrings(source: ClusterSource | undefined): {
  standard?: string;
  standardSrv?: string;
} {
  const parsed = source?.kind === 'mongodb' ? parseConnectionString(source.uri) : undefined;
  if (parsed === undefined) return {};
  if (parsed.scheme === 'mongodb+srv') return { standardSrv: `mongodb+srv://${parsed.hosts.join()}` };
  const kept = PUBLIC_OPTIONS.flatMap((name) =>
    parsed.options.getAll(name).map((value) => `${name}=${encodeURIComponent(value)}`),
  );
  return { standard: `mongodb://${parsed.hosts.join()}/${kept.length === 0 ? '' : `?${kept.join('&')}`}` };
}

/** Removes the source's secrets from a text: the user part, the password, and the values of options that are not public. */
export function withoutSecrets(text: string, source: ClusterSource): string {
  const parsed = source.kind === 'mongodb' ? parseConnectionString(source.uri) : undefined;
  if (parsed === undefined || source.kind !== 'mongodb') return redactText(text);
  const [, ...password] = (parsed.userInfo ?? '').split(':');
  const hidden = [...parsed.options].flatMap(([name, value]) => (PUBLIC_OPTIONS.includes(name) ? [] : [value]));
  const secrets = [source.uri, parsed.userInfo ?? '', password.join(':'), decoded(password.join(':')), ...hidden];
  // The longest first, because one secret may be part of another.
  const known = secrets.filter((secret) => secret.length >= 3).sort((a, b) => b.length - a.length);
  return redactText(known.reduce((result, secret) => result.replaceAll(secret, '[redacted]'), text));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
