import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { codeOf } from '../../src/kernel/errors.ts';
import { temporaryDirectory, type TemporaryDirectory } from './temporary-directory.ts';

const MEGABYTE = 1_000_000;

/**
 * Mounts a file system of its own, which only root may do.
 * @param options of tmpfs: its size, or how many files it takes.
 */
export function mountSmallDisk(path: string, options = 'size=16m'): TemporaryDirectory {
  mkdirSync(path, { recursive: true });
  execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', path]);
  return { path, [Symbol.dispose]: () => void execFileSync('umount', ['--lazy', path]) };
}

/** Whether this user may mount a file system. */
export function mayMount(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  using directory = temporaryDirectory('mount');
  try {
    mountSmallDisk(join(directory.path, 'disk'))[Symbol.dispose]();
    return true;
  } catch {
    return false;
  }
}

/** Writes until nothing more fits. @returns the size of the file in bytes. */
export function fill(file: string): number {
  const descriptor = openSync(file, 'a');
  let size = 0;
  try {
    for (let piece = MEGABYTE; piece >= 1;) {
      try {
        size += writeSync(descriptor, Buffer.alloc(piece));
      } catch (thrown) {
        assert.equal(codeOf(thrown), 'ENOSPC');
        piece = Math.floor(piece / 10);
      }
    }
    return size;
  } finally {
    closeSync(descriptor);
  }
}
