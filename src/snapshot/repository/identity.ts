import { Type } from 'typebox';
import { isId } from '../../kernel/ids.ts';
import { jsonTextReader } from '../../kernel/json-reader.ts';
import type { ObjectStore } from '../../object-store/contract.ts';
import { isMissingObject } from '../../object-store/errors.ts';

/** docs/formats/snapshot-repository.md describes the object. */
const KEY = 'repository.json';
const FORMAT = 'longshore-repository';

const readIdentity = jsonTextReader(Type.Object({ format: Type.Literal(FORMAT), id: Type.String() }));

/**
 * Reads the id of a repository. @returns undefined if the repository has none. @throws Error if the object is not
 * valid.
 */
export async function readRepositoryId(store: ObjectStore): Promise<string | undefined> {
  let bytes;
  try {
    bytes = await store.get(KEY);
  } catch (thrown) {
    if (isMissingObject(thrown)) return undefined;
    throw thrown;
  }
  const { id } = readIdentity(Buffer.from(bytes).toString('utf8'));
  if (!isId(id)) throw new Error('the id is none');
  return id;
}

/** Gives a repository its id. The id is durable when the function returns. */
export async function writeRepositoryId(store: ObjectStore, id: string): Promise<void> {
  await store.put(KEY, [Buffer.from(`${JSON.stringify({ format: FORMAT, id })}\n`)]);
}
