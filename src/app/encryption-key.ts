import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../kernel/errors.ts';
import { SEALING_KEY_BYTES } from '../kernel/sealing.ts';
import { requirePrivateFile, writePrivateFile } from './private-file.ts';

export const KEY_FILE = 'encryption.key';

/**
 * Returns the key that seals stored secrets: the given key, else the key in the data directory. A new data directory gets a
 * new key.
 * @param options.given base64, from the environment.
 * @param options.isNew whether the data directory holds no sealed secret yet.
 * @throws AppError `INVALID_ENCRYPTION_KEY`, `ENCRYPTION_KEY_MISSING`, `FILE_NOT_PRIVATE`
 */
export function loadEncryptionKey(options: {
  readonly dataDir: string;
  readonly given: string | undefined;
  readonly isNew: boolean;
}): Uint8Array {
  const file = join(options.dataDir, KEY_FILE);
  if (options.given !== undefined) {
    return decodeKey(
      options.given,
      'LONGSHORE_ENCRYPTION_KEY',
      options.isNew
        ? `Make a key with: openssl rand -base64 ${SEALING_KEY_BYTES}`
        : 'Give the key that this data directory was made with, because no other one opens its secrets.',
    );
  }
  if (existsSync(file)) {
    requirePrivateFile(file);
    return decodeKey(
      readFileSync(file, 'utf8').trim(),
      file,
      'Put the file back from your backup, because no other key opens the secrets of this data directory.',
    );
  }
  if (!options.isNew) {
    throw new AppError({
      code: 'ENCRYPTION_KEY_MISSING',
      message: `the data directory ${options.dataDir} was made with an encryption key, and its file ${KEY_FILE} is gone`,
      hint: 'Put the file back from your backup, or give the key in LONGSHORE_ENCRYPTION_KEY.',
    });
  }
  const key = randomBytes(SEALING_KEY_BYTES);
  writePrivateFile(file, `${key.toString('base64')}\n`);
  return key;
}

function decodeKey(text: string, origin: string, hint: string): Uint8Array {
  const key = Buffer.from(text, 'base64');
  if (key.length === SEALING_KEY_BYTES && /^[A-Za-z0-9+/]{43}=$/.test(text)) return key;
  throw new AppError({
    code: 'INVALID_ENCRYPTION_KEY',
    message: `${origin} is not ${SEALING_KEY_BYTES} bytes in base64`,
    hint,
  });
}
