import { codeOf, messageOf } from '../../kernel/errors.ts';
import type { BlockReference, Snapshot } from '../../snapshot/repository/index.ts';
import { mapOrdered, type BlockSession } from '../threads/index.ts';
import type { DamagedBlock, HurtCollection, RepositoryCheckOptions, RepositoryReport } from './contract.ts';

/** A block and its state. A repository has one block for each 4 MiB of its data, and a block takes 150 bytes here. */
interface BlockState {
  /** Undefined if the block was not in the list. */
  readonly storedBytes: number | undefined;
  isNamed: boolean;
  /** The problem; absent until the block was checked. It resolves to undefined if there is no problem. */
  verdict?: Promise<string | undefined>;
}

/** The codes of errors that concern one block. */
const DAMAGES = new Set(['BLOCK_MISSING', 'BLOCK_CORRUPT', 'BLOCK_UNREADABLE']);

const NO_PROBLEM = Promise.resolve(undefined);

/**
 * Checks that the manifests of a repository are complete and that their blocks exist. Without `readData`, it compares
 * the list of blocks and their sizes. With `readData`, it reads their content. The check writes nothing, so it may run
 * beside a server. It leaves out a snapshot that is deleted in the meantime.
 */
export async function checkRepository(options: RepositoryCheckOptions): Promise<RepositoryReport> {
  const { repository, pool, signal } = options;
  const session = pool.beginSession(signal);
  try {
    const blocks = new Map<string, BlockState>();
    for await (const { sha256, storedBytes } of repository.storedBlocks({ signal })) {
      blocks.set(sha256, { storedBytes, isNamed: false });
    }
    return await new Check(options, session, blocks).run();
  } finally {
    session.end();
  }
}

class Check {
  readonly #options: RepositoryCheckOptions;
  readonly #session: BlockSession;
  readonly #blocks: Map<string, BlockState>;
  readonly #totalBlocks: number;
  readonly #totalBytes: number;
  readonly #damaged = new Map<string, string>();
  #named = 0;
  #bytes = 0;

  constructor(options: RepositoryCheckOptions, session: BlockSession, blocks: Map<string, BlockState>) {
    this.#options = options;
    this.#session = session;
    this.#blocks = blocks;
    this.#totalBlocks = blocks.size;
    this.#totalBytes = [...blocks.values()].reduce((sum, { storedBytes = 0 }) => sum + storedBytes, 0);
  }

  async run(): Promise<RepositoryReport> {
    const { repository, readData, signal } = this.#options;
    const damagedManifests = [];
    const hurtSnapshots = [];
    let snapshots = 0;
    for await (const snapshotId of repository.snapshotIds({ signal })) {
      try {
        const snapshot = await repository.openSnapshot(snapshotId, { signal });
        const collections = await this.#hurtCollections(snapshot);
        // Throws if the snapshot was deleted in the meantime, because its blocks may have been deleted, too.
        if (collections.length > 0) await repository.openSnapshot(snapshotId, { signal });
        snapshots++;
        if (collections.length === 0) continue;
        const { clusterName, startedAt } = snapshot.header;
        hurtSnapshots.push({ snapshotId, clusterName, startedAt, collections });
      } catch (thrown) {
        const code = codeOf(thrown);
        const isDamaged = code === 'SNAPSHOT_MANIFEST_CORRUPT' || code === 'OBJECT_UNREADABLE';
        if (isDamaged) damagedManifests.push({ snapshotId, problem: messageOf(thrown) });
        else if (code !== 'SNAPSHOT_NOT_FOUND') throw thrown;
      }
    }
    const hurt = new Set(hurtSnapshots.flatMap(({ collections }) => collections.flatMap(({ blocks }) => blocks)));
    const damagedBlocks: DamagedBlock[] = [];
    for (const [sha256, problem] of this.#damaged) if (hurt.has(sha256)) damagedBlocks.push({ sha256, problem });
    const orphanBlocks = [];
    for (const [sha256, { storedBytes, isNamed }] of this.#blocks) {
      if (!isNamed && storedBytes !== undefined) orphanBlocks.push({ sha256, storedBytes });
    }
    const blocks = this.#named;
    return { readData, snapshots, blocks, damagedManifests, hurtSnapshots, damagedBlocks, orphanBlocks };
  }

  /** The collections of a snapshot that have damaged or missing blocks. */
  async #hurtCollections(snapshot: Snapshot): Promise<readonly HurtCollection[]> {
    const { pool, signal, onProgress } = this.#options;
    const hurt: HurtCollection[] = [];
    let last: { readonly database: string; readonly name: string; readonly blocks: Set<string> } | undefined;
    const end = (): void => {
      if (last !== undefined && last.blocks.size > 0) hurt.push({ ...last, blocks: [...last.blocks] });
    };
    const checked = mapOrdered(snapshot.entries(), pool.blocksUnderWay, async ({ collection, block }) =>
      collection === undefined
        ? { sha256: block.sha256, problem: await this.#problemOf(snapshot, block) }
        : { collection },
    );
    for await (const result of checked) {
      signal.throwIfAborted();
      if ('collection' in result) {
        end();
        const { database, name } = result.collection;
        last = { database, name, blocks: new Set() };
        continue;
      }
      if (result.problem !== undefined) {
        last?.blocks.add(result.sha256);
        this.#damaged.set(result.sha256, result.problem);
      }
      onProgress?.({
        blocks: this.#named,
        totalBlocks: this.#totalBlocks,
        bytes: this.#bytes,
        totalBytes: this.#totalBytes,
      });
    }
    end();
    return hurt;
  }

  /** Describes what is wrong with a block. Each block is checked once, even if several snapshots name it. */
  #problemOf(snapshot: Snapshot, block: BlockReference): Promise<string | undefined> {
    let state = this.#blocks.get(block.sha256);
    if (state === undefined) this.#blocks.set(block.sha256, (state = { storedBytes: undefined, isNamed: false }));
    if (!state.isNamed) {
      this.#named++;
      this.#bytes += state.storedBytes ?? 0;
    }
    state.isNamed = true;
    // A block that was stored anew may differ in size from an older manifest. A block that is not in the list may have
    // been stored later.
    const isAsListed = state.storedBytes === block.storedBytes;
    if (isAsListed && !this.#options.readData) return NO_PROBLEM;
    return (state.verdict ??= this.#read(snapshot, block));
  }

  async #read(snapshot: Snapshot, block: BlockReference): Promise<string | undefined> {
    const task = this.#options.readData ? 'verifyContent' : 'verify';
    try {
      const stored = await snapshot.storedBlock(block, { signal: this.#options.signal });
      await this.#session.run(task, { stored, name: { sha256: block.sha256, bytes: block.bytes } });
      return undefined;
    } catch (thrown) {
      const code = codeOf(thrown);
      if (code !== undefined && DAMAGES.has(code)) return messageOf(thrown);
      throw thrown;
    }
  }
}
