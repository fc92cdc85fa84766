import { Type, type Static } from 'typebox';
import { jsonReader } from '../../../kernel/json-reader.ts';
import type { ConsistencyLevel } from '../../contract.ts';

/** A cluster time, as 64 bits. */
const ClusterTime = Type.String({ pattern: '^[0-9]{1,20}$' });

const Place = Type.Object({
  /** `Deployment.place`; absent in a text of an earlier version. */
  deployment: Type.Optional(Type.String()),
  level: Type.Enum(['pointInTime', 'perCollection', 'none'] satisfies ConsistencyLevel[]),
  reason: Type.String(),
  /** The cluster time of all collections. */
  time: Type.Optional(ClusterTime),
  /** The cluster time at which each collection was begun, if it is not `time` for all. */
  times: Type.Array(Type.Object({ database: Type.String(), name: Type.String(), time: ClusterTime })),
});

/** The moment of a reading, for a later attempt that continues it. */
export type Place = Static<typeof Place>;

const check = jsonReader(Place);

/** @throws Error if the text is not valid. */
export function readPlace(text: string): Place {
  return check(JSON.parse(text));
}
