import { isAbsolute } from 'node:path';
import { redactText } from '../../kernel/logger.ts';
import type { ClusterSource } from './model.ts';

/** A connection string's parts; `user` is what stands before `@`. Hosts are as they were written. */
interface ConnectionString {
  readonly scheme: 'mongodb' | 'mongodb+srv';
  readonly user: string | undefined;
  readonly hosts: string;
  readonly options: URLSearchParams;
}

// https://github.com/mongodb/specifications/blob/master/source/connection-string/connection-string-spec.md
const CONNECTION_STRING = /^(mongodb|mongodb\+srv):\/\/(?:([^@/?\s]*)@)?([^@/?\s]+)(?:\/([^?\s]*))?(?:\?(\S*))?$/;

/** Options that a reader of the deployment may see; others may hold secrets. */
const PUBLIC_OPTIONS = ['authSource', 'directConnection', 'loadBalanced', 'replicaSet', 'ssl', 'tls'];

const MAX_LENGTH = 4096;

function parseConnectionString(uri: string): ConnectionString | undefined {
  const parts = uri.length > MAX_LENGTH ? null : CONNECTION_STRING.exec(uri);
  if (parts === null) return undefined;
  const [, scheme, user, hosts, , query] = parts;
  if ((scheme !== 'mongodb' && scheme !== 'mongodb+srv') || hosts === undefined) return undefined;
  return { scheme, user, hosts, options: new URLSearchParams(query ?? '') };
}

/** What is wrong with a source before anything is opened, or undefined. Never repeats a connection string. */
export function faultOf(source: ClusterSource): string | undefined {
  switch (source.kind) {
    case 'mongodump':
      return isAbsolute(source.directory) && source.directory.length <= MAX_LENGTH && !source.directory.includes('\0')
        ? undefined
        : 'mongodump.directory must be the absolute path of a directory on the server';
    case 'mongodb':
      return parseConnectionString(source.uri) === undefined
        ? 'mongodb.uri must be a connection string, mongodb://… or mongodb+srv://…, whose user and password are percent-encoded'
        : undefined;
  }
}

/** Atlas's connectionStrings: without user, password, and every option that could hold a secret. */
export function publicConnectionStrings(source: ClusterSource): { standard?: string; standardSrv?: string } {
  const parsed = source.kind === 'mongodb' ? parseConnectionString(source.uri) : undefined;
  if (parsed === undefined) return {};
  if (parsed.scheme === 'mongodb+srv') return { standardSrv: `mongodb+srv://${parsed.hosts}` };
  const kept = PUBLIC_OPTIONS.flatMap((name) =>
    parsed.options.getAll(name).map((value) => `${name}=${encodeURIComponent(value)}`),
  );
  return { standard: `mongodb://${parsed.hosts}/${kept.length === 0 ? '' : `?${kept.join('&')}`}` };
}

/** The text without the source's secrets: user part, password, and values of options that are not public. */
export function withoutSecrets(text: string, source: ClusterSource): string {
  const parsed = source.kind === 'mongodb' ? parseConnectionString(source.uri) : undefined;
  if (parsed === undefined || source.kind !== 'mongodb') return redactText(text);
  const [, ...password] = (parsed.user ?? '').split(':');
  const hidden = [...parsed.options].flatMap(([name, value]) => (PUBLIC_OPTIONS.includes(name) ? [] : [value]));
  const secrets = [source.uri, parsed.user ?? '', password.join(':'), decoded(password.join(':')), ...hidden];
  // The longest first: a secret may be part of another.
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
