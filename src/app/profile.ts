import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError, messageOf } from '../kernel/errors.ts';
import { isJsonObject, type JsonObject } from '../kernel/json.ts';
import { requirePrivateFile, writePrivateFile } from './private-file.ts';

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

export function profileFile(dataDir: string): string {
  return join(dataDir, 'profile.json');
}

export function writeProfile(file: string, profile: Profile): void {
  writePrivateFile(file, `${JSON.stringify(profile, undefined, 2)}\n`);
}

/** Updates the URL in a profile. A profile that was removed is not created again. */
export function writeProfileUrl(file: string, url: string): void {
  const known = readProfile(file);
  if (known === undefined || known['url'] === url) return;
  writePrivateFile(file, `${JSON.stringify({ ...known, url }, undefined, 2)}\n`);
}

/**
 * Reads the values of a profile file.
 * @returns undefined if the file does not exist.
 * @throws AppError `INVALID_PROFILE`, `FILE_NOT_PRIVATE`
 */
export function readProfile(file: string): Readonly<Record<string, string>> | undefined {
  if (!existsSync(file)) return undefined;
  requirePrivateFile(file);
  const parsed = parse(file);
  return Object.fromEntries(
    Object.entries(parsed).flatMap(([key, value]) => (typeof value === 'string' ? [[key, value]] : [])),
  );
}

function parse(file: string): JsonObject {
  let reason = 'it holds no JSON object';
  try {
    const parsed: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (isJsonObject(parsed)) return parsed;
  } catch (error) {
    reason = messageOf(error);
  }
  throw new AppError({
    code: 'INVALID_PROFILE',
    message: `the profile ${file} cannot be read: ${reason}`,
    hint: 'Restore the file, or give --url, --group-id, --public-key and LONGSHORE_PRIVATE_KEY instead.',
  });
}
