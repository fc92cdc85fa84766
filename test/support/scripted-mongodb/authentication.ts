import { createHash, createHmac, pbkdf2Sync, randomBytes, timingSafeEqual } from 'node:crypto';
import { Binary } from 'bson';
import type { Doc } from './wire-messages.ts';

export interface ScriptedUser {
  readonly name: string;
  readonly password: string;
  /** The database of the user; absent: `admin`. A user of PLAIN is in `$external`. */
  readonly source?: string;
}

const ITERATIONS = 4096;
const HASHES = { 'SCRAM-SHA-1': 'sha1', 'SCRAM-SHA-256': 'sha256' } as const;

/** The state of a login between the first message and the client's proof of the password. */
interface Challenge {
  readonly hash: 'sha1' | 'sha256';
  readonly firstMessages: string;
  readonly saltedPassword: Buffer;
}

/**
 * The login of one connection. SCRAM (RFC 5802) and PLAIN (RFC 4616) do not use the driver's code, because a password that the driver
 * changed by mistake must be refused.
 */
export class Authentication {
  readonly #users: readonly ScriptedUser[];
  #challenge: Challenge | undefined;
  isDone: boolean;

  constructor(users: readonly ScriptedUser[] | undefined) {
    this.#users = users ?? [];
    this.isDone = users === undefined;
  }

  /** @returns the reply, or undefined if the credentials are refused. */
  answer(database: string, command: Doc): Doc | undefined {
    const payload = textOf(command['payload']);
    if ('saslContinue' in command) return this.#prove(payload);
    const { mechanism } = command;
    if (mechanism === 'PLAIN') return this.#plain(database, payload);
    if (mechanism === 'SCRAM-SHA-1' || mechanism === 'SCRAM-SHA-256') return this.#begin(mechanism, database, payload);
    return undefined;
  }

  #plain(database: string, payload: string): Doc | undefined {
    const [, name, password] = payload.split('\0');
    const user = this.#find(name ?? '', database);
    if (database !== '$external' || user?.password !== password) return undefined;
    this.isDone = true;
    return reply('', true);
  }

  #begin(mechanism: keyof typeof HASHES, database: string, payload: string): Doc | undefined {
    const bare = payload.replace(/^n,,/, '');
    const { n = '', r = '' } = attributesOf(bare);
    const user = this.#find(n.replaceAll('=2C', ',').replaceAll('=3D', '='), database);
    if (user === undefined) return undefined;
    const hash = HASHES[mechanism];
    const salt = randomBytes(16);
    const md5 = createHash('md5').update(`${user.name}:mongo:${user.password}`).digest('hex');
    const password = hash === 'sha1' ? md5 : user.password;
    const saltedPassword = pbkdf2Sync(password, salt, ITERATIONS, hash === 'sha1' ? 20 : 32, hash);
    const first = `r=${r}${randomBytes(12).toString('base64')},s=${salt.toString('base64')},i=${ITERATIONS}`;
    this.#challenge = { hash, firstMessages: `${bare},${first}`, saltedPassword };
    return reply(first, false);
  }

  #prove(payload: string): Doc | undefined {
    if (this.#challenge === undefined) return undefined;
    const { hash, firstMessages, saltedPassword } = this.#challenge;
    const hmac = (key: Buffer, text: string): Buffer => createHmac(hash, key).update(text).digest();
    const message = `${firstMessages},${payload.slice(0, payload.indexOf(',p='))}`;
    const clientKey = hmac(saltedPassword, 'Client Key');
    const signature = hmac(createHash(hash).update(clientKey).digest(), message);
    const proof = Buffer.from(attributesOf(payload)['p'] ?? '', 'base64');
    const expected = clientKey.map((byte, index) => byte ^ (signature[index] ?? 0));
    if (proof.length !== expected.length || !timingSafeEqual(proof, expected)) return undefined;
    this.isDone = true;
    return reply(`v=${hmac(hmac(saltedPassword, 'Server Key'), message).toString('base64')}`, true);
  }

  #find(name: string, database: string): ScriptedUser | undefined {
    return this.#users.find((user) => user.name === name && (user.source ?? 'admin') === database);
  }
}

function reply(payload: string, done: boolean): Doc {
  return { conversationId: 1, done, payload: new Binary(Buffer.from(payload)) };
}

function textOf(payload: unknown): string {
  return payload instanceof Binary ? Buffer.from(payload.value()).toString('utf8') : '';
}

/** Parses attributes such as `n=user,r=nonce`. */
function attributesOf(message: string): Readonly<Partial<Record<string, string>>> {
  return Object.fromEntries(message.split(',').map((part) => [part.slice(0, 1), part.slice(2)]));
}
