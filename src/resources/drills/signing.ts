import { createPrivateKey, generateKeyPairSync, sign } from 'node:crypto';
import type { Clock } from '../../kernel/clock.ts';
import { newId, type Id } from '../../kernel/ids.ts';
import type { Sealer } from '../../kernel/sealing.ts';
import type { Database } from '../../metastore/index.ts';

const SEALING_PURPOSE = 'drill key';

/** A key as auditors see it. */
export interface PublicDrillKey {
  readonly id: Id;
  /** SubjectPublicKeyInfo in PEM. */
  readonly publicKey: string;
  readonly createdAt: number;
}

/** Signs reports with Ed25519 (RFC 8032), so that whoever has the public key can check them without this server. */
export interface DrillSigner {
  /** Signs the UTF-8 of a text, in the transaction that stores the result. The first call makes the key. */
  sign(transaction: Database, text: string): Promise<{ readonly signature: string; readonly keyId: Id }>;
  /** All keys, newest first. */
  publicKeys(): Promise<readonly PublicDrillKey[]>;
}

export function createDrillSigner(deps: {
  readonly database: Database;
  readonly clock: Clock;
  readonly sealer: Sealer;
}): DrillSigner {
  const { clock, sealer } = deps;
  const newest = (database: Database) =>
    database.selectFrom('drill_keys').selectAll().orderBy('created_at', 'desc').orderBy('id', 'desc');

  async function makeKey(transaction: Database) {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const now = clock.now();
    const row = {
      id: newId(now),
      sealed_private_key: sealer.seal(String(privateKey.export({ type: 'pkcs8', format: 'pem' })), SEALING_PURPOSE),
      public_key: String(publicKey.export({ type: 'spki', format: 'pem' })),
      created_at: now,
    };
    await transaction.insertInto('drill_keys').values(row).execute();
    return row;
  }

  return {
    async sign(transaction, text) {
      const row = (await newest(transaction).executeTakeFirst()) ?? (await makeKey(transaction));
      const key = createPrivateKey(sealer.open(row.sealed_private_key, SEALING_PURPOSE));
      return { signature: sign(null, Buffer.from(text, 'utf8'), key).toString('base64'), keyId: row.id };
    },
    async publicKeys() {
      const rows = await newest(deps.database).execute();
      return rows.map((row) => ({ id: row.id, publicKey: row.public_key, createdAt: row.created_at }));
    },
  };
}
