import { Type, type Static } from 'typebox';
import { jsonReader } from '../../../kernel/json-reader.ts';
import type { ConsistencyLevel } from '../../contract.ts';

/** A cluster time, as 64 bits. */
const ClusterTime = Type.String({ pattern: '^[0-9]{1,20}$' });

const Place = Type.Object({
  level: Type.Enum(['pointInTime', 'perCollection', 'none'] satisfies ConsistencyLevel[]),
  reason: Type.String(),
  /** At which all collections are read, or were. */
  time: Type.Optional(ClusterTime),
  /** At which each collection was begun, where that is not `time` for all. */
  times: Type.Array(Type.Object({ database: Type.String(), name: Type.String(), time: ClusterTime })),
});

/** Which moment a reading shows, for a later attempt that goes on with it. */
export type Place = Static<typeof Place>;

const check = jsonReader(Place);

/** @throws Error for a text that is none. */
export function readPlace(text: string): Place {
  return check(JSON.parse(text));
}
