import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { serialize } from 'bson';
import { BlockPool } from '../../src/pipelines/threads/index.ts';
import { checkCompleteExport, isCompleteExport, prefixesOf } from '../support/exported.ts';
import { writeMongodump, type DumpedDatabases } from '../support/mongodump.ts';
import { startScriptedMongodb, type ScriptedCollection } from '../support/scripted-mongodb/index.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import type { Fault } from './fault-plan.ts';
import type { LifeFile } from './life-process.ts';
import { firstStart, live, type FirstStart, type LifeEnd } from './life.ts';
import { requireRepository } from './repository.ts';
import { BUCKET, WANTED_EXPORTS, type ClusterSource, type Seen } from './scenario.ts';

const LIFE = join(import.meta.dirname, 'life-process.ts');
/** If there are more lives than faults, a restarted server did not continue. */
const SPARE_LIVES = 2;
/** So small that a collection takes several answers, between which its reading can be cut. */
const BATCH_BYTES = 64 * 1024;

/** The export of a run without faults, and its calls. */
export interface Reference {
  readonly calls: LifeEnd['calls'];
  /** `database/collection/file` and SHA-256 of each object. Both exports have the same. */
  readonly objects: readonly string[];
}

/** What a cluster is registered from: a dump, or a replica set that a capture can go on with. */
export const SOURCES = ['mongodump', 'mongodb'] as const;
export type SourceKind = (typeof SOURCES)[number];

/** A data directory that was started once, from which each simulation begins. */
export interface Template extends AsyncDisposable {
  readonly directory: string;
  readonly source: ClusterSource;
  readonly first: FirstStart;
  /** The threads of all simulations in this process, because to start them takes longer than what they do. */
  readonly pool: BlockPool;
  /** Keeps what Node.js compiled, because the program is loaded again for each life that ends in a kill. */
  readonly compileCache: string;
}

/** @param bigCollection whether one collection has several blocks. */
export async function createTemplate(
  kind: SourceKind,
  { bigCollection }: { readonly bigCollection: boolean },
): Promise<Template> {
  const temporary = temporaryDirectory('faults');
  const text = (length: number, _id: number): string => `${_id} `.repeat(length);
  const documents = (count: number, length: number) =>
    Array.from({ length: count }, (_, _id) => ({ _id, text: text(length, _id) }));
  const opened = await openSource(kind, join(temporary.path, 'dump'), {
    shop: {
      orders: { documents: bigCollection ? documents(1500, 1000) : documents(50, 10) },
      customers: { documents: documents(10, 5) },
      nothing: { documents: [] },
    },
    other: { notes: { documents: documents(20, 5) } },
  });
  const directory = join(temporary.path, 'start');
  const pool = new BlockPool();
  return {
    pool,
    compileCache: join(temporary.path, 'compiled'),
    directory,
    source: opened.source,
    first: await firstStart(directory),
    async [Symbol.asyncDispose]() {
      await opened.close();
      await pool.close();
      temporary[Symbol.dispose]();
    },
  };
}

/** @param dump is where a dump is written. */
async function openSource(
  kind: SourceKind,
  dump: string,
  databases: DumpedDatabases,
): Promise<{ readonly source: ClusterSource; close(): Promise<void> }> {
  if (kind === 'mongodump') {
    writeMongodump(dump, databases);
    return { source: { mongodump: { directory: dump } }, close: () => Promise.resolve() };
  }
  const served: Record<string, Record<string, ScriptedCollection>> = {};
  for (const [database, collections] of Object.entries(databases)) {
    served[database] = {};
    for (const [name, { documents }] of Object.entries(collections))
      served[database][name] = { documents: documents.map((document) => serialize(document)) };
  }
  const mongodb = await startScriptedMongodb({
    topology: 'replicaSet',
    databases: served,
    batchBytes: BATCH_BYTES,
  });
  return { source: { mongodb: { uri: mongodb.uri } }, close: () => mongodb.stop() };
}

/** Runs the scenario without faults. */
export async function referenceOf(template: Template): Promise<Reference> {
  using copy = copyOf(template);
  const seen: Seen = { successful: [], failed: [] };
  const { source, first, pool } = template;
  const { calls } = await live({ source, first, directory: copy.path, faults: [], seen }, pool);
  assert.deepEqual(seen.failed, [], 'an export failed without a fault');
  const [prefix = ''] = seen.successful;
  const reference = { calls, objects: objectsOf(bucketOf(copy.path), prefix) };
  await check(copy.path, { reference, pool, seen, faults: [] });
  return reference;
}

/**
 * Runs the scenario with faults, in as many lives of the server as it takes, and checks what it did.
 * @throws AssertionError where an export that was called successful, or that has a `.complete`, is not right.
 */
export async function simulate(template: Template, reference: Reference, faults: readonly Fault[]): Promise<void> {
  using copy = copyOf(template);
  const { first, source, pool, compileCache } = template;
  let seen: Seen = { successful: [], failed: [] };
  let left = faults;
  const needsProcess = faults.some(({ kind }) => kind.startsWith('kills'));
  for (let lives = 0; seen.successful.length < WANTED_EXPORTS; lives++) {
    assert.ok(lives <= faults.length + SPARE_LIVES, 'the server does not go on after a restart');
    const life = { directory: copy.path, source, first, faults: left, seen };
    if (needsProcess) ({ left, seen } = await liveInProcess(join(copy.path, 'life.json'), life, compileCache));
    else ({ left } = await live(life, pool));
  }
  await check(copy.path, { reference, pool, seen, faults });
}

async function liveInProcess(
  file: string,
  life: LifeFile,
  compileCache: string,
): Promise<{ readonly left: LifeEnd['left']; readonly seen: Seen }> {
  writeFileSync(file, JSON.stringify(life));
  const child = spawn(process.execPath, [LIFE, file], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, NODE_COMPILE_CACHE: compileCache },
  });
  const errors: Buffer[] = [];
  child.stderr.on('data', (chunk: Buffer) => errors.push(chunk));
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  assert.ok(
    code === 0 || signal === 'SIGKILL',
    `a life ended with ${code ?? signal}: ${Buffer.concat(errors).toString('utf8')}`,
  );
  const { faults, seen } = JSON.parse(readFileSync(file, 'utf8')) as LifeFile;
  return { left: faults, seen };
}

/** Holds every export that is called successful, or that has a `.complete`, to its word, and the repository to what it acknowledged. */
async function check(
  directory: string,
  facts: {
    readonly reference: Reference;
    readonly pool: BlockPool;
    readonly seen: Seen;
    readonly faults: readonly Fault[];
  },
): Promise<void> {
  const { reference, pool, seen, faults } = facts;
  const bucket = bucketOf(directory);
  for (const prefix of seen.successful) assert.ok(isCompleteExport(bucket, prefix), `${prefix} has no .complete`);
  // With several faults, an attempt may be killed after `.complete`, and the next one be refused for good.
  const mayContradict = faults.length > 1 || faults.some(({ place }) => place === 'databaseWrite');
  for (const prefix of seen.failed)
    assert.ok(mayContradict || !isCompleteExport(bucket, prefix), `${prefix} is Failed beside its .complete`);
  for (const prefix of prefixesOf(bucket)) {
    if (!isCompleteExport(bucket, prefix)) continue;
    checkCompleteExport(bucket, prefix);
    assert.deepEqual(objectsOf(bucket, prefix), reference.objects, `${prefix} is not what the source has`);
  }
  const hasLied = faults.some(({ place, kind }) => place === 'repository' && kind === 'lies');
  if (!hasLied) await requireRepository(join(directory, 'data', 'repository'), pool);
}

/** The objects of an export but the dot-files, which name the export. */
function objectsOf(bucket: string, prefix: string): readonly string[] {
  const folder = join(bucket, prefix);
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map((entry) => {
      const file = join(entry.parentPath, entry.name);
      const sha256 = createHash('sha256').update(readFileSync(file)).digest('hex');
      return `${file.slice(folder.length + 1)} ${sha256}`;
    })
    .toSorted();
}

const bucketOf = (directory: string): string => join(directory, 'data', 'buckets', BUCKET);

function copyOf({ directory }: Template) {
  const copy = temporaryDirectory('fault');
  cpSync(directory, copy.path, { recursive: true });
  return copy;
}
