import { Type } from 'typebox';
import { jsonReader } from '../kernel/json-reader.ts';
import type { Session } from './command.ts';
import { formatDuration } from './format.ts';
import type { NamedTrouble } from './trouble.ts';

const readServerTime = jsonReader(
  Type.Object({
    believedInSeconds: Type.Optional(Type.Integer()),
    differenceSeconds: Type.Integer(),
    now: Type.String(),
    retentionTime: Type.String(),
  }),
);
export type ServerTime = ReturnType<typeof readServerTime>;

export async function findServerTime({ client }: Session): Promise<ServerTime> {
  return await client.request(readServerTime, 'GET', '/api/longshore/v1/serverTime');
}

/** Returns what is wrong with the clock of the server. */
export function clockTroubles({ believedInSeconds, differenceSeconds, now }: ServerTime): readonly NamedTrouble[] {
  if (believedInSeconds === undefined) return [];
  const difference = formatDuration(Math.abs(differenceSeconds) * 1000);
  const remark =
    `says ${now}, ${difference} ${differenceSeconds > 0 ? 'more' : 'less'} than the time that has passed allows: nothing expires early. ` +
    'Set it right; if it is right, start the server once with --clock-check off. ' +
    `It is believed when it has gone on for another ${formatDuration(believedInSeconds * 1000)}.`;
  return [{ name: "the server's clock", remark }];
}
