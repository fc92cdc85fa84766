import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { AppError } from './errors.ts';

const FORMAT = 'v1';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** The length of the key in bytes, for AES-256. */
export const SEALING_KEY_BYTES = 32;

/** The secrets that stay in memory, because every request of an API key opens the same one. */
const MAX_OPENED = 256;

/**
 * Encrypts secrets that must be stored (AES-256-GCM, NIST SP 800-38D). The key is in memory anyway, so keeping the last opened secrets
 * there reveals nothing more.
 */
export interface Sealer {
  /** @param purpose is authenticated with the text: a text that was sealed for one purpose cannot be opened for another. */
  seal(text: string, purpose: string): string;
  /** @throws AppError `SEALED_SECRET_UNREADABLE` if the key differs or the sealed text was changed. */
  open(sealed: string, purpose: string): string;
}

export function createSealer(key: Uint8Array): Sealer {
  if (key.length !== SEALING_KEY_BYTES) {
    throw new AppError({
      code: 'INVALID_ENCRYPTION_KEY',
      message: `the encryption key has ${key.length} bytes, not ${SEALING_KEY_BYTES}`,
      hint: 'Give 32 random bytes in base64.',
    });
  }
  const opened = new Map<string, string>();

  function decrypt(sealed: string, purpose: string): string {
    const [format, base64] = sealed.split(':', 2);
    if (format !== FORMAT || base64 === undefined) throw new Error(`not of the format ${FORMAT}`);
    const bytes = Buffer.from(base64, 'base64');
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES))
      .setAAD(Buffer.from(purpose))
      .setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
    const body = bytes.subarray(NONCE_BYTES + TAG_BYTES);
    return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8');
  }

  return {
    seal(text, purpose) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(purpose));
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return `${FORMAT}:${Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64')}`;
    },
    open(sealed, purpose) {
      const name = `${purpose}\n${sealed}`;
      const known = opened.get(name);
      if (known !== undefined) return known;
      try {
        const text = decrypt(sealed, purpose);
        if (opened.size >= MAX_OPENED) opened.clear();
        opened.set(name, text);
        return text;
      } catch (cause) {
        throw new AppError({
          code: 'SEALED_SECRET_UNREADABLE',
          message: `a stored secret (${purpose}) cannot be decrypted`,
          hint: 'Start Longshore with the encryption key that this data directory was made with.',
          cause,
        });
      }
    },
  };
}
