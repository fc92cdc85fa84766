import assert from 'node:assert/strict';
import { serialize } from 'bson';
import { AppError } from '../../src/kernel/errors.ts';
import {
  openMongodbSource,
  type MongodbSourceOptions,
  type SnapshotSource,
  type SourceCollection,
} from '../../src/snapshot/sources/index.ts';
import { startScriptedMongodb, type DeploymentOptions, type Script } from './scripted-mongodb/index.ts';

export const never = new AbortController().signal;
export const numbers = (count: number): Uint8Array[] =>
  Array.from({ length: count }, (_, index) => serialize({ _id: index, text: `number ${index}` }));
export const ORDERS = numbers(5000);
/** The content of a collection of ORDERS, in hex. */
export const WHOLE = Buffer.concat(ORDERS).toString('hex');
export const SHOP = { shop: { orders: { documents: ORDERS } } };
/** Some twenty batches of ORDERS. */
export const BATCH_BYTES = 10_000;

/** A scripted deployment with a source of it. */
export async function live(
  options: DeploymentOptions,
  { query = '', ...source }: MongodbSourceOptions & { readonly query?: string } = {},
) {
  const server = await startScriptedMongodb({ databases: SHOP, batchBytes: BATCH_BYTES, ...options });
  const uri = `${server.uri}${server.uri.includes('?') ? '&' : '?'}heartbeatFrequencyMS=500&serverSelectionTimeoutMS=5000${query}`;
  const opened = await openMongodbSource(uri, source).catch(async (error: unknown) => {
    await server.stop();
    throw error;
  });
  return {
    server,
    source: opened,
    requests: (name: string) => server.deployment.requests.filter((request) => request.name === name),
    [Symbol.asyncDispose]: async () => {
      await opened.close();
      await server.stop();
    },
  };
}

export function collectionOf(source: SnapshotSource, name = 'orders'): SourceCollection {
  return source.collections.find((each) => each.name === name) ?? assert.fail(`no collection ${name}`);
}

/** All documents, or those behind one, in hex. */
export async function contentOf(collection: SourceCollection, signal = never, after?: Uint8Array): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of collection.documents(signal, after)) pieces.push(Uint8Array.from(piece));
  return Buffer.concat(pieces).toString('hex');
}

export async function failure(promise: Promise<unknown>): Promise<AppError> {
  const thrown: unknown = await promise.then(
    () => assert.fail('did not fail'),
    (error: unknown) => error,
  );
  assert.ok(thrown instanceof AppError, String(thrown));
  return thrown;
}

/** Answers so once, when the command comes for the given time. */
export function once(name: string, time: number, answer: ReturnType<Script>): Script {
  let seen = 0;
  return (request) => (request.name === name && ++seen === time ? answer : undefined);
}
