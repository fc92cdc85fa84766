import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from './free-port.ts';
import { isRequired } from './skip-unless.ts';

const VERSION = '5.2.5';
const CACHE = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'longshore-tests');
const FOLDER = join(CACHE, `moto-${VERSION}`);
const PYTHON = join(FOLDER, 'bin', 'python3');
const START_ATTEMPTS = 300;
const START_PAUSE_MS = 100;

/** The credentials that moto takes before its IAM checks are switched on, as the AWS libraries read them from the environment. */
export const MOTO_CREDENTIALS = { AWS_ACCESS_KEY_ID: 'testing', AWS_SECRET_ACCESS_KEY: 'moto-secret-2b9d' };

/** A statement of an IAM policy. */
export type Statement = Readonly<Record<string, unknown>>;

/** A server of the APIs of S3, STS and IAM, with its data in memory. */
export interface Moto {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  createBucket(name: string, region: string): Promise<void>;
  /** Creates a user with a permission, and returns an access key of it. */
  createUser(name: string, permission: Statement): Promise<{ accessKeyId: string; secretAccessKey: string }>;
  createRole(name: string, trust: Statement, permissions: readonly Statement[]): Promise<void>;
  /** Replaces the permissions of a role. */
  permit(role: string, permissions: readonly Statement[]): Promise<void>;
  /** The keys of all objects of a bucket. */
  objectsOf(bucket: string): Promise<readonly string[]>;
  /** Checks the permissions of all requests from the next one on. Before, and between, `requests` are not checked. */
  checkPermissionsAfter(requests: number): Promise<void>;
  stop(): Promise<void>;
}

/** Whether moto is installed already, or REQUIRE demands it. Otherwise it is not installed, because that takes a minute. */
export function motoFound(): boolean {
  return existsSync(PYTHON) || isRequired('moto');
}

/** Starts moto on a free port of 127.0.0.1. It is installed once into an environment of its own in the user's cache directory. */
export async function startMoto(): Promise<Moto> {
  install();
  const port = await freePort();
  const child = spawn(PYTHON, ['-m', 'moto.server', '-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
  const exited = once(child, 'exit');
  const url = `http://127.0.0.1:${port}`;
  await ready(url);
  const permit = async (role: string, permissions: readonly Statement[]): Promise<void> => {
    const policy = { RoleName: role, PolicyName: 'permissions', PolicyDocument: policyOf(permissions) };
    await iam(url, 'PutRolePolicy', policy);
  };
  return {
    url,
    createBucket: async (name, region) => {
      const body = `<CreateBucketConfiguration><LocationConstraint>${region}</LocationConstraint></CreateBucketConfiguration>`;
      await succeed(`${url}/${name}`, { method: 'PUT', headers: signedFor('s3'), body });
    },
    createUser: async (name, permission) => {
      await iam(url, 'CreateUser', { UserName: name });
      const policy = { UserName: name, PolicyName: 'permissions', PolicyDocument: policyOf([permission]) };
      await iam(url, 'PutUserPolicy', policy);
      const answer = await iam(url, 'CreateAccessKey', { UserName: name });
      const valueOf = (tag: string): string => new RegExp(`<${tag}>([^<]*)<`).exec(answer)?.[1] ?? '';
      return { accessKeyId: valueOf('AccessKeyId'), secretAccessKey: valueOf('SecretAccessKey') };
    },
    createRole: async (name, trust, permissions) => {
      await iam(url, 'CreateRole', { RoleName: name, AssumeRolePolicyDocument: policyOf([trust]) });
      await permit(name, permissions);
    },
    permit,
    objectsOf: async (bucket) => {
      const answer = await succeed(`${url}/${bucket}?list-type=2`, { headers: signedFor('s3') });
      return [...answer.matchAll(/<Key>([^<]*)</g)].map(([, key = '']) => key);
    },
    checkPermissionsAfter: async (requests) => {
      await succeed(`${url}/moto-api/reset-auth`, { method: 'POST', body: String(requests) });
    },
    stop: async () => {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

const policyOf = (statements: readonly Statement[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements });

/** The header that tells moto which service is meant. Signatures are not checked yet. */
const signedFor = (service: string): Record<string, string> => ({
  authorization: `AWS4-HMAC-SHA256 Credential=testing/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`,
});

async function iam(url: string, action: string, parameters: Record<string, string>): Promise<string> {
  const body = new URLSearchParams({ Action: action, Version: '2010-05-08', ...parameters });
  return await succeed(url, { method: 'POST', headers: signedFor('iam'), body });
}

async function succeed(url: string, request: RequestInit): Promise<string> {
  const answer = await fetch(url, request);
  const text = await answer.text();
  if (!answer.ok) throw new Error(`moto answered ${answer.status} to ${url}: ${text}`);
  return text;
}

/** The folder is moved to its place when it is whole, because tests in other processes may install it at the same time. */
function install(): void {
  if (existsSync(PYTHON)) return;
  const folder = `${FOLDER}.${process.pid}`;
  const python = (...args: string[]): void => {
    execFileSync(process.env['PYTHON'] ?? 'python3', ['-m', ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
  };
  python('venv', '--without-pip', folder);
  python('pip', '--quiet', '--python', join(folder, 'bin', 'python3'), 'install', `moto[server]==${VERSION}`);
  try {
    renameSync(folder, FOLDER);
  } catch (thrown) {
    rmSync(folder, { recursive: true, force: true });
    if (!existsSync(PYTHON)) throw thrown;
  }
}

async function ready(url: string): Promise<void> {
  for (let attempt = 0; attempt < START_ATTEMPTS; attempt++) {
    try {
      if ((await fetch(`${url}/moto-api/`)).ok) return;
    } catch {
      // It does not listen yet.
    }
    await pause(START_PAUSE_MS);
  }
  throw new Error('moto did not start');
}
