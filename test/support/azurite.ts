import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ContainerClient, StorageSharedKeyCredential } from '@azure/storage-blob';
import type { AzureStoreConfig } from '../../src/object-store/contract.ts';
import { isRequired } from './skip-unless.ts';

const VERSION = '3.37.0';
const CACHE = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'longshore-tests');
const FOLDER = join(CACHE, `azurite-${VERSION}`);
const PROGRAM = join('node_modules', 'azurite', 'dist', 'src', 'blob', 'main.js');

/** The account of every Azurite. Source: https://learn.microsoft.com/azure/storage/common/storage-connect-azurite */
export const AZURITE_ACCOUNT = {
  account: 'devstoreaccount1',
  key: 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==',
};

/** A server of Azure Blob Storage, with its data in memory. */
export interface Azurite {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  createContainer(name: string): Promise<AzureStoreConfig>;
  stop(): Promise<void>;
}

/** Whether Azurite is installed already, or REQUIRE demands it. Otherwise it is not installed, because it has 250 MB. */
export function azuriteFound(): boolean {
  return existsSync(join(FOLDER, PROGRAM)) || isRequired('azurite');
}

/** Starts Azurite on a free port of 127.0.0.1. It is installed once, without install scripts, into the user's cache directory. */
export async function startAzurite(): Promise<Azurite> {
  install();
  const flags = ['--disableTelemetry', '--skipApiVersionCheck', '--inMemoryPersistence', '--silent'];
  const address = ['--blobHost', '127.0.0.1', '--blobPort', '0'];
  const child = spawn(process.execPath, [join(FOLDER, PROGRAM), ...flags, ...address], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  let url: string | undefined;
  for await (const line of createInterface(child.stdout)) {
    url = /successfully listens on (\S+)/.exec(line)?.[1];
    if (url !== undefined) break;
  }
  if (url === undefined) throw new Error('Azurite did not start');
  child.stdout.resume();
  const serviceUrl = `${url}/${AZURITE_ACCOUNT.account}`;
  return {
    url,
    createContainer: async (container) => {
      const credential = new StorageSharedKeyCredential(AZURITE_ACCOUNT.account, AZURITE_ACCOUNT.key);
      await new ContainerClient(`${serviceUrl}/${container}`, credential).create();
      return { kind: 'azure', serviceUrl, container, accountKey: AZURITE_ACCOUNT, privateAddresses: true };
    },
    stop: async () => {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

/** The folder is moved to its place when it is whole, because tests in other processes may install it at the same time. */
function install(): void {
  if (existsSync(join(FOLDER, PROGRAM))) return;
  const folder = `${FOLDER}.${process.pid}`;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{"private":true}');
  const options = ['--ignore-scripts', '--save-exact', '--no-audit', '--no-fund', '--loglevel=error'];
  execFileSync('npm', ['install', ...options, `azurite@${VERSION}`], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  try {
    renameSync(folder, FOLDER);
  } catch (thrown) {
    rmSync(folder, { recursive: true, force: true });
    if (!existsSync(join(FOLDER, PROGRAM))) throw thrown;
  }
}
