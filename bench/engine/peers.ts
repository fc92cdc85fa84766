import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { buildGoProgram } from '../../test/support/go-program.ts';
import { isOnPath } from '../../test/support/is-on-path.ts';

/** The input of the measured programs. */
export interface PeerInput {
  readonly bson: string;
  readonly bsonBytes: number;
  /** The same documents as canonical Extended JSON, ready on disk. */
  readonly json: string;
}

/** A program to be measured against. */
export interface Peer {
  readonly name: string;
  /** A command for `sh -c` whose output goes to /dev/null. */
  command(input: PeerInput): string;
  /** The part of the input that the program gets, 1 for all. Its time is scaled accordingly. */
  share(input: PeerInput): number;
}

export interface Peers {
  readonly found: readonly Peer[];
  /** Names of those that are not to be had here, with what is missing. */
  readonly missing: readonly string[];
}

export const PIGZ = 'pigz -p2 -6';
export const BSONDUMP = 'bsondump | pigz -p2 -6';

/** Naive Node takes minutes for what the others do in seconds: it gets the beginning. */
const NAIVE_BYTES = 32 << 20;

/** Named after the driver's version in its go.mod and after what it does, so that another one is built anew. */
const GO_DRIVER = 'godriver-1.17.10-line-by-line';

const here = import.meta.dirname;
const whole = (): number => 1;

/** Finds the peers that this machine has; those of libbson and the Go driver are compiled into `folder`. */
export function findPeers(folder: string): Peers {
  const hasPigz = isOnPath('pigz');
  const libbson = hasPigz ? compileLibbson(folder) : undefined;
  const goDriver = hasPigz ? compileGoDriver(folder) : undefined;
  const candidates: readonly { readonly peer: Peer; readonly lacks: string | undefined }[] = [
    {
      peer: { name: PIGZ, command: ({ json }) => `pigz -p2 -6 -c '${json}'`, share: whole },
      lacks: hasPigz ? undefined : 'pigz',
    },
    {
      peer: { name: 'igzip -1', command: ({ json }) => `igzip -1 -c '${json}'`, share: whole },
      lacks: isOnPath('igzip') ? undefined : 'igzip (Debian: isal)',
    },
    {
      peer: {
        name: 'libbson | pigz -p2 -6',
        command: ({ bson }) => `'${libbson ?? ''}' '${bson}' | pigz -p2 -6 -c`,
        share: whole,
      },
      lacks: libbson === undefined ? 'gcc, pkg-config, libbson-1.0 (Debian: libbson-dev) or pigz' : undefined,
    },
    {
      peer: {
        name: 'Go driver, line by line | pigz -p2 -6',
        command: ({ bson }) => `'${goDriver ?? ''}' '${bson}' | pigz -p2 -6 -c`,
        share: whole,
      },
      lacks: goDriver === undefined ? "go 1.24 or newer, the driver's module or pigz" : undefined,
    },
    {
      peer: {
        name: BSONDUMP,
        command: ({ bson }) => `bsondump --quiet --bsonFile='${bson}' | pigz -p2 -6 -c`,
        share: whole,
      },
      lacks: hasPigz && isOnPath('bsondump') ? undefined : 'bsondump (MongoDB Database Tools) or pigz',
    },
    {
      peer: {
        name: 'naive Node',
        command: ({ bson }) => `'${process.execPath}' '${join(here, 'naive.ts')}' '${bson}' ${NAIVE_BYTES}`,
        share: ({ bsonBytes }) => Math.min(1, NAIVE_BYTES / bsonBytes),
      },
      lacks: undefined,
    },
  ];
  return {
    found: candidates.filter(({ lacks }) => lacks === undefined).map(({ peer }) => peer),
    missing: candidates.flatMap(({ peer, lacks }) => (lacks === undefined ? [] : [`${peer.name}: needs ${lacks}`])),
  };
}

function compileLibbson(folder: string): string | undefined {
  const binary = join(folder, 'libbson');
  if (existsSync(binary)) return binary;
  const flags = spawnSync('pkg-config', ['--cflags', '--libs', 'libbson-1.0'], { encoding: 'utf8' });
  if (flags.status !== 0) return undefined;
  const options = ['-O3', join(here, 'libbson.c'), '-o', binary, ...flags.stdout.trim().split(/\s+/)];
  return spawnSync('gcc', options).status === 0 ? binary : undefined;
}

function compileGoDriver(folder: string): string | undefined {
  const binary = join(folder, GO_DRIVER);
  try {
    buildGoProgram(join(here, 'godriver'), binary);
    return binary;
  } catch {
    return undefined;
  }
}
