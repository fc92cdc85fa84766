import { Type } from 'typebox';
import { jsonReader } from '../kernel/json-reader.ts';
import type { ApiClient } from './client.ts';
import { choose } from './lookup.ts';

const readGroup = jsonReader(Type.Object({ id: Type.String(), name: Type.String() }));

/** Returns the id of a project. @param wanted the name of a project that the key can see, an id, or its unique beginning. */
export async function findGroupId(client: ApiClient, wanted: string): Promise<string> {
  if (/^[0-9a-f]{24}$/.test(wanted)) return wanted;
  const groups = await client.list(readGroup, '/api/atlas/v2/groups');
  return choose(groups, wanted, {
    noun: 'project',
    place: 'that this API key can see',
    idOf: ({ id }) => id,
    namesOf: ({ name }) => [name],
  }).id;
}
