import { join } from 'node:path';
import { Type, type Static } from 'typebox';
import { AppError, messageOf } from '../kernel/errors.ts';
import { jsonTextReader } from '../kernel/json-reader.ts';
import { requirePrivateFile, writePrivateFile } from './private-file.ts';
import { textOf } from './read-file.ts';

/** The address and the credentials of a server, in `<data>/profile.json`. `init` and `serve` write the file. */
export interface Profile {
  readonly url: string;
  readonly orgId: string;
  readonly groupId: string;
  readonly publicKey: string;
  readonly privateKey: string;
  /** The cloud provider access role that the first start made. */
  readonly roleId: string;
}

export const PROFILE_FILE = 'profile.json';

export function profileFile(dataDir: string): string {
  return join(dataDir, PROFILE_FILE);
}

export function writeProfile(file: string, profile: Profile): void {
  writePrivateFile(file, `${JSON.stringify(profile, undefined, 2)}\n`);
}

/** Updates the URL in a profile. A profile that was removed is not created again. */
export function writeProfileUrl(file: string, url: string): void {
  const known = readProfile(file);
  if (known === undefined || known.url === url) return;
  writePrivateFile(file, `${JSON.stringify({ ...known, url }, undefined, 2)}\n`);
}

/** A profile that a user may have shortened. */
const StoredProfile = Type.Object({
  url: Type.Optional(Type.String()),
  orgId: Type.Optional(Type.String()),
  groupId: Type.Optional(Type.String()),
  publicKey: Type.Optional(Type.String()),
  privateKey: Type.Optional(Type.String()),
  roleId: Type.Optional(Type.String()),
});
const readStoredProfile = jsonTextReader(StoredProfile);

/**
 * Reads a profile file.
 * @returns undefined if the file does not exist.
 * @throws AppError `INVALID_PROFILE`, `FILE_NOT_PRIVATE`, `FILE_UNREADABLE`
 */
export function readProfile(file: string): Static<typeof StoredProfile> | undefined {
  const text = textOf(file);
  if (text === undefined) return undefined;
  requirePrivateFile(file);
  try {
    return readStoredProfile(text);
  } catch (cause) {
    throw new AppError({
      code: 'INVALID_PROFILE',
      message: `the profile ${file} cannot be read: ${messageOf(cause)}`,
      hint: 'Restore the file, or give --url, --group-id, --public-key and LONGSHORE_PRIVATE_KEY instead.',
      cause,
    });
  }
}
