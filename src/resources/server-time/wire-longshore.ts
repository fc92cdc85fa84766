import { Type } from 'typebox';
import { TimeSchema } from '../../http/index.ts';
import { atlasTime } from '../../kernel/clock.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { believedInMs, retentionTimeOf, type TimeState } from './model.ts';

export const ServerTimeSchema = Type.Object(
  {
    believedInSeconds: Type.Optional(Type.Integer()),
    differenceSeconds: Type.Integer(),
    now: TimeSchema,
    retentionTime: TimeSchema,
  },
  { $id: 'ServerTime' },
);

export function encodeServerTime(state: TimeState): JsonObject {
  const believedIn = believedInMs(state);
  return {
    ...(believedIn !== undefined && { believedInSeconds: Math.ceil(believedIn / 1000) }),
    differenceSeconds: Math.round((state.seenAt - state.passedAt) / 1000),
    now: atlasTime(state.seenAt),
    retentionTime: atlasTime(retentionTimeOf(state)),
  };
}
