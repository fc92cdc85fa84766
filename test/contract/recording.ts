import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { Value } from 'typebox/value';
import type { Json } from '../../src/kernel/json.ts';

const RecordedExchange = Type.Object({
  /** The test of the Atlas CLI that the exchange was recorded in. */
  test: Type.String(),
  method: Type.String(),
  /** Path template: `{groupId}` stands for an id, `{clusterName}` for a name. */
  path: Type.String(),
  status: Type.Integer(),
  headers: Type.Record(Type.String(), Type.String()),
  /** True lengths of the lists that are kept in part. */
  listLengths: Type.Optional(Type.Record(Type.String(), Type.Integer())),
  body: Type.Optional(Type.Unknown()),
});

export interface Recording extends Omit<Static<typeof RecordedExchange>, 'listLengths' | 'body'> {
  /** `<test> <method> <status>`, numbered from the second on. */
  readonly name: string;
  readonly listLengths: Readonly<Record<string, number>>;
  readonly body: Json | undefined;
}

const directory = join(import.meta.dirname, 'recordings');

/** All the recordings of the suite. */
export function loadRecordings(): Recording[] {
  const seen = new Map<string, number>();
  return readdirSync(directory)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .flatMap((file) =>
      Value.Parse(Type.Array(RecordedExchange), JSON.parse(readFileSync(join(directory, file), 'utf8'))),
    )
    .map((exchange) => {
      const base = `${exchange.test} ${exchange.method} ${exchange.status}`;
      const times = (seen.get(base) ?? 0) + 1;
      seen.set(base, times);
      return {
        ...exchange,
        name: times === 1 ? base : `${base} (${times})`,
        listLengths: exchange.listLengths ?? {},
        body: exchange.body as Json | undefined,
      };
    });
}
