import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from './free-port.ts';
import { goFound, installGoProgram } from './go-program.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const VERSION = 'v1.8.0';
const CACHE = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'longshore-tests');
const BINARY = join(CACHE, `versitygw-${VERSION}`);
const START_ATTEMPTS = 100;
const START_PAUSE_MS = 100;

/** The credentials of every Versity gateway of the tests, as the AWS libraries read them from the environment. */
export const VERSITYGW_CREDENTIALS = { AWS_ACCESS_KEY_ID: 'longshore', AWS_SECRET_ACCESS_KEY: 'versity-secret-7c1e' };

/** A server of the S3 API, whose objects are files. */
export interface VersityGateway {
  /** `http://127.0.0.1:<port>`, the same after a start anew. */
  readonly url: string;
  /** The directory with a directory for each bucket. */
  readonly directory: string;
  /** Kills the server. Its objects stay. */
  kill(): Promise<void>;
  /** Starts the server again. */
  start(): Promise<void>;
  /** Kills the server and removes its objects. */
  stop(): Promise<void>;
}

/** Whether the Versity gateway can be had: it is built already, or Go is here to build it. */
export function versitygwFound(): boolean {
  return existsSync(BINARY) || goFound();
}

/** Starts the gateway on a free port of 127.0.0.1. It is built once (about 90 s) into the user's cache directory. */
export async function startVersitygw(): Promise<VersityGateway> {
  installGoProgram(`github.com/versity/versitygw/cmd/versitygw@${VERSION}`, BINARY);
  const scratch = temporaryDirectory('versitygw');
  const directory = join(scratch.path, 'buckets');
  const versions = join(scratch.path, 'versions');
  for (const folder of [directory, versions]) mkdirSync(folder);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  let kill = (): Promise<void> => Promise.resolve();

  async function start(): Promise<void> {
    const flags = ['--port', `127.0.0.1:${port}`, '--keep-alive', '--quiet'];
    const child = spawn(BINARY, [...flags, 'posix', '--versioning-dir', versions, directory], {
      env: {
        ...process.env,
        ROOT_ACCESS_KEY: VERSITYGW_CREDENTIALS.AWS_ACCESS_KEY_ID,
        ROOT_SECRET_KEY: VERSITYGW_CREDENTIALS.AWS_SECRET_ACCESS_KEY,
      },
      stdio: 'ignore',
    });
    const exited = once(child, 'exit');
    kill = async () => {
      child.kill('SIGKILL');
      await exited;
    };
    await ready(url);
  }

  await start();
  return {
    url,
    directory,
    kill: () => kill(),
    start,
    stop: async () => {
      await kill();
      scratch[Symbol.dispose]();
    },
  };
}

async function ready(url: string): Promise<void> {
  for (let attempt = 0; attempt < START_ATTEMPTS; attempt++) {
    try {
      await fetch(url);
      return;
    } catch {
      // It does not listen yet.
    }
    await pause(START_PAUSE_MS);
  }
  throw new Error('the Versity gateway did not start');
}
