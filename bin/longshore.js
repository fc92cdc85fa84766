#!/usr/bin/env node
// Plain JavaScript that Node.js 18 parses too: it finds a Node.js that is new enough, and then the program.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const OLDEST_NODE = [22, 18];
const EXIT_UNSUPPORTED_NODE = 2;
/**
 * Settings of glibc's allocator (mallopt(3)) for the server. Without them the server keeps memory that it has freed: each thread
 * has an arena of its own, and glibc raises the size from which on it asks the system for memory of a block's own.
 */
const ALLOCATOR = { MALLOC_ARENA_MAX: '2', MALLOC_MMAP_THRESHOLD_: String(9 << 20) };
/**
 * The part of the heap for new objects begins with 4 MiB for the server. V8 begins with 1 MiB and does not enlarge it for requests, which leave
 * nothing behind, so it would collect garbage after every 25 of them.
 */
const HEAP = ['--min-semi-space-size=4'];
const FORWARDED_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

const here = path.dirname(fileURLToPath(import.meta.url));

function isNewEnough(version) {
  const [major, minor] = version.split('.').map(Number);
  return major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]);
}

/** The Node.js that npm installed beside Longshore for this platform, if it has one. */
function installedNode() {
  const windows = process.platform === 'win32';
  const name = `node-${windows ? 'win' : process.platform}-${process.arch}`;
  try {
    const folder = path.dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
    const executable = path.join(folder, 'bin', windows ? 'node.exe' : 'node');
    return existsSync(executable) ? executable : undefined;
  } catch {
    return undefined;
  }
}

/** Runs this very command line under another Node.js, and ends as it ends. */
function runUnder(executable) {
  // The channel carries no messages: it closes when this process dies of whatever cause, and takes the program with it.
  const child = spawn(executable, [...heap, fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { ...environment, LONGSHORE_LAUNCHER_PID: String(process.pid) },
  });
  for (const signal of FORWARDED_SIGNALS) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    process.stderr.write(`longshore: ${executable} cannot be started: ${error.message}\n`);
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => {
    if (signal === null) {
      process.exitCode = code;
    } else {
      process.removeAllListeners(signal);
      process.kill(process.pid, signal);
    }
  });
}

/** From the sources in a checkout, from the bundled files of a package. */
function program() {
  const source = path.join(here, '..', 'src', 'cli', 'main.ts');
  return existsSync(source) ? source : path.join(here, '..', 'dist', 'program', 'main.js');
}

/** Settings that the user has made stay. */
const isServer = process.platform === 'linux' && ['serve', 'run'].includes(process.argv[2]);
const environment = isServer ? { ...ALLOCATOR, ...process.env } : process.env;
const heap = isServer ? HEAP : [];

/** The allocator and V8 read their settings when a process starts, so the server begins anew in the same process. */
function beginAnew() {
  const args = [...heap, ...process.execArgv, fileURLToPath(import.meta.url), ...process.argv.slice(2)];
  process.execve(process.execPath, [process.execPath, ...args], environment);
}

if (isNewEnough(process.versions.node)) {
  const isComplete = Object.keys(environment).every((name) => name in process.env);
  // A debugger, and the channel to a launcher or to `node --watch`, would not outlive the new beginning.
  const isHeld = process.channel !== undefined || process.execArgv.some((arg) => arg.startsWith('--inspect'));
  if (!isComplete && !isHeld && process.execve !== undefined) beginAnew();
  if (process.channel && process.env.LONGSHORE_LAUNCHER_PID === String(process.ppid)) {
    process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
    process.channel.unref();
  }
  const { main } = await import(pathToFileURL(program()).href);
  await main(process.argv.slice(2));
} else {
  const executable = installedNode();
  if (executable === undefined || executable === process.execPath) {
    process.stderr.write(
      `longshore: Node.js ${OLDEST_NODE.join('.')} or newer is needed, and this is ${process.versions.node}.\n` +
        'Install Node.js 24 (https://nodejs.org), or run `npm install` again without --omit=optional,\n' +
        'which brings a Node.js 24 along on Linux (x64, arm64), macOS (x64) and Windows (x64).\n',
    );
    process.exitCode = EXIT_UNSUPPORTED_NODE;
  } else {
    runUnder(executable);
  }
}
