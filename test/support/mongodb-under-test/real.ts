import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { MongoClient } from 'mongodb';
import { freePort } from '../free-port.ts';
import { isOnPath } from '../is-on-path.ts';
import { skipUnless } from '../skip-unless.ts';
import { byDriver } from './by-driver.ts';
import type { MongodbUnderTest } from './contract.ts';

const START_ATTEMPTS = 300;
const START_PAUSE_MS = 100;
const START_TIMEOUT_MS = 1000;

/** A real server: the address of a running server, or a program that starts one. */
export type RealMongodb = { readonly uri: string } | { readonly program: string };

/** Finds a real server by MONGODB_URI, by MONGOD_BIN, or as `mongod` in the PATH, in this order. */
export function findRealMongodb(environment: NodeJS.ProcessEnv): RealMongodb | undefined {
  const { MONGODB_URI: uri, MONGOD_BIN: program } = environment;
  if (uri !== undefined && uri !== '') return { uri };
  if (program !== undefined && program !== '') return { program };
  return isOnPath('mongod', environment) ? { program: 'mongod' } : undefined;
}

const found = findRealMongodb(process.env);

/**
 * MongoDB itself, as a replica set. The user of MONGODB_URI must be allowed to write to the replica set, because the tests drop its
 * databases `conformance_a`, `conformance_b`, `longshore_live` and `harbour`.
 */
export const REAL: MongodbUnderTest = {
  name: 'MongoDB',
  options: skipUnless('mongod', found !== undefined),
  can: { views: true, pointInTime: true, order: true },
  start: async () => {
    if (found === undefined) throw new Error('there is no MongoDB');
    if ('uri' in found) return await byDriver({ uri: found.uri, stop: () => Promise.resolve() });
    return await byDriver(await startMongod(found.program));
  },
};

/** Starts a replica set of one member on a free port of 127.0.0.1, with its data in a temporary directory. */
export async function startMongod(program: string): Promise<{ readonly uri: string; stop(): Promise<void> }> {
  const directory = mkdtempSync(join(tmpdir(), 'longshore-mongod-'));
  const port = await freePort();
  const place = ['--bind_ip', '127.0.0.1', '--port', String(port), '--dbpath', directory];
  const parameters = ['--replSet', 'rs0', '--setParameter', 'enableTestCommands=1'];
  const child = spawn(program, [...place, ...parameters], { stdio: 'ignore' });
  const exited = once(child, 'exit');
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL');
    await exited;
    rmSync(directory, { recursive: true, force: true });
  };
  const ended = new AbortController();
  void exited.then(() => ended.abort(new Error(`${program} ended at its start`)));
  try {
    await initiate(`127.0.0.1:${port}`, ended.signal);
  } catch (error) {
    await stop();
    throw error;
  }
  return { uri: `mongodb://127.0.0.1:${port}/?replicaSet=rs0`, stop };
}

/** Waits until the member answers, makes it a replica set, and waits until it is the primary. */
async function initiate(host: string, signal: AbortSignal): Promise<void> {
  // Each attempt has a client of its own, because the driver closes a client whose first connection failed.
  const client = await succeeding(
    () =>
      new MongoClient(`mongodb://${host}/?directConnection=true`, {
        serverSelectionTimeoutMS: START_TIMEOUT_MS,
      }).connect(),
    signal,
  );
  try {
    const admin = client.db('admin');
    await admin.command({ replSetInitiate: { _id: 'rs0', members: [{ _id: 0, host }] } });
    await succeeding(async () => {
      const { isWritablePrimary } = await admin.command({ hello: 1 });
      if (isWritablePrimary !== true) throw new Error('the member is no primary yet');
    }, signal);
  } finally {
    await client.close();
  }
}

async function succeeding<Result>(action: () => Promise<Result>, signal: AbortSignal): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await action();
    } catch (error) {
      signal.throwIfAborted();
      if (attempt === START_ATTEMPTS) throw error;
      await pause(START_PAUSE_MS);
    }
  }
}
