import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from './free-port.ts';
import { goFound, installGoProgram } from './go-program.ts';

const VERSION = 'v1.56.1';
const CACHE = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'longshore-tests');
const BINARY = join(CACHE, `fake-gcs-server-${VERSION}`);
const START_ATTEMPTS = 100;
const START_PAUSE_MS = 100;

/** A server of Google Cloud Storage, with its data in memory and without authorization. */
export interface FakeGcs {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  createBucket(name: string): Promise<void>;
  stop(): Promise<void>;
}

/** Whether fake-gcs-server can be had: it is built already, or Go is here to build it. */
export function fakeGcsFound(): boolean {
  return existsSync(BINARY) || goFound();
}

/** Starts fake-gcs-server on a free port of 127.0.0.1. It is built once (about a minute) into the user's cache directory. */
export async function startFakeGcs(): Promise<FakeGcs> {
  installGoProgram(`github.com/fsouza/fake-gcs-server@${VERSION}`, BINARY);
  const port = await freePort();
  const host = `127.0.0.1:${port}`;
  const flags = ['-backend', 'memory', '-scheme', 'http', '-log-level', 'error'];
  const address = ['-host', '127.0.0.1', '-port', String(port), '-public-host', host];
  const child = spawn(BINARY, [...flags, ...address], { stdio: 'ignore' });
  const exited = once(child, 'exit');
  const url = `http://${host}`;
  await ready(url);
  return {
    url,
    createBucket: async (name) => {
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch(`${url}/storage/v1/b`, { method: 'POST', headers, body: JSON.stringify({ name }) });
      if (!answer.ok) throw new Error(`fake-gcs-server did not create ${name}: ${answer.status}`);
    },
    stop: async () => {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

async function ready(url: string): Promise<void> {
  for (let attempt = 0; attempt < START_ATTEMPTS; attempt++) {
    try {
      if ((await fetch(`${url}/storage/v1/b?project=none`)).ok) return;
    } catch {
      // It does not listen yet.
    }
    await pause(START_PAUSE_MS);
  }
  throw new Error('fake-gcs-server did not start');
}
