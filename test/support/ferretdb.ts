import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { MongoClient } from 'mongodb';
import { freePort } from './free-port.ts';
import { buildGoProgram, goFound } from './go-program.ts';

const SOURCE = join(import.meta.dirname, 'ferretdb');
const CACHE = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'longshore-tests');
const BINARY = join(CACHE, 'ferretdb-1.24.2');
const START_ATTEMPTS = 100;
const START_PAUSE_MS = 100;

/** Whether FerretDB is built already, or Go is here to build it. */
export function ferretdbFound(): boolean {
  return existsSync(BINARY) || goFound();
}

/**
 * Starts a fresh FerretDB on a free port of 127.0.0.1 with its data in a temporary directory. FerretDB is built once (about a
 * minute) into the user's cache directory.
 */
export async function startFerretdb(): Promise<{ readonly uri: string; stop(): Promise<void> }> {
  buildGoProgram(SOURCE, BINARY);
  const directory = mkdtempSync(join(tmpdir(), 'longshore-ferretdb-'));
  const port = await freePort();
  const child = spawn(BINARY, [`127.0.0.1:${port}`, directory], { stdio: 'ignore' });
  const exited = once(child, 'exit');
  const uri = `mongodb://127.0.0.1:${port}/?directConnection=true`;
  await ready(uri);
  return {
    uri,
    stop: async () => {
      child.kill('SIGKILL');
      await exited;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function ready(uri: string): Promise<void> {
  for (let attempt = 0; attempt < START_ATTEMPTS; attempt++) {
    const client = new MongoClient(uri, { serverSelectionTimeoutMS: 1000 });
    try {
      await client.db('admin').command({ ping: 1 });
      return;
    } catch {
      await pause(START_PAUSE_MS);
    } finally {
      await client.close();
    }
  }
  throw new Error('FerretDB did not start');
}
