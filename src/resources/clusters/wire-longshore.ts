import { Type, type Static } from 'typebox';
import { IdSchema, missingAttribute, TimeSchema } from '../../http/index.ts';
import { atlasTime } from '../../kernel/clock.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { invalidClusterConfiguration } from './errors.ts';
import {
  SOURCE_KINDS,
  type ClusterSource,
  type ClusterWithSource,
  type ReadChoices,
  type SourceReport,
} from './model.ts';

/** The lower limit of the rate, because a batch of large documents would take hours below it. */
const MIN_BYTES_PER_SECOND = 64 * 1024;

const dump = Type.Optional(
  Type.Object({
    directory: Type.Optional(Type.String()),
    database: Type.Optional(Type.String()),
    archive: Type.Optional(Type.String()),
  }),
);

/** How a running deployment is read. */
const reading = {
  whenHistoryEnds: Type.Optional(Type.Union([Type.Literal('fail'), Type.Literal('fallBack')])),
  bytesPerSecond: Type.Optional(Type.Integer({ minimum: MIN_BYTES_PER_SECOND })),
};

export const RegisterBody = Type.Object({
  name: Type.String(),
  allowEmpty: Type.Optional(Type.Boolean()),
  strict: Type.Optional(Type.Boolean()),
  mongodump: dump,
  mongodb: Type.Optional(Type.Object({ uri: Type.String(), ...reading })),
});

/** The body of PATCH: another source, or other choices of the registration. What it does not say stays as it is. */
export const UpdateBody = Type.Object({
  allowEmpty: Type.Optional(Type.Boolean()),
  strict: Type.Optional(Type.Boolean()),
  mongodump: dump,
  mongodb: Type.Optional(Type.Object({ uri: Type.Optional(Type.String()), ...reading })),
});

export const RegisteredSchema = Type.Object(
  {
    allowEmpty: Type.Boolean(),
    collections: Type.Optional(Type.Array(Type.String())),
    consistency: Type.Optional(Type.Object({ level: Type.String(), reason: Type.String() })),
    createDate: TimeSchema,
    groupId: IdSchema,
    id: IdSchema,
    leftOut: Type.Optional(Type.Array(Type.Object({ name: Type.String(), reason: Type.String() }))),
    mongoDBVersion: Type.String(),
    name: Type.String(),
    source: Type.Enum([...SOURCE_KINDS]),
    strict: Type.Boolean(),
    warnings: Type.Optional(Type.Array(Type.String())),
  },
  { $id: 'RegisteredCluster' },
);

/** The value of `archive` for a cluster whose archives are sent. */
const SENT = '-';

/** @throws ApiError `INVALID_CLUSTER_CONFIGURATION` unless there is exactly one source */
export function decodeSource({
  mongodump = {},
  mongodb,
}: Pick<Static<typeof RegisterBody>, 'mongodump' | 'mongodb'>): ClusterSource {
  const { directory, database, archive } = mongodump;
  if ([directory, archive, mongodb].filter((each) => each !== undefined).length === 1) {
    if (directory !== undefined)
      return { kind: 'mongodump', directory, ...(database === undefined ? {} : { database }) };
    if (archive !== undefined && database === undefined) {
      return archive === SENT ? { kind: 'upload' } : { kind: 'archive', file: archive };
    }
    if (mongodb !== undefined && database === undefined) return { kind: 'mongodb', ...mongodb };
  }
  throw invalidClusterConfiguration(
    'give either mongodump with its directory (and its database, if it holds the files of one) or with its archive, or mongodb with its uri',
  );
}

/** @throws ApiError `INVALID_CLUSTER_CONFIGURATION`, `MISSING_ATTRIBUTE` */
export function decodeChange(body: Static<typeof UpdateBody>, present: ReadChoices): ReadChoices {
  const { allowEmpty = present.allowEmpty, strict = present.strict, mongodump, mongodb } = body;
  const hasChoicesAlone =
    mongodump === undefined && mongodb === undefined && (body.allowEmpty ?? body.strict) !== undefined;
  const source = hasChoicesAlone ? present.source : decodeOtherSource(body, present.source);
  return { source, allowEmpty, strict };
}

function decodeOtherSource({ mongodb, ...rest }: Static<typeof UpdateBody>, present: ClusterSource): ClusterSource {
  if (mongodb === undefined) return decodeSource(rest);
  const { uri, whenHistoryEnds, bytesPerSecond } = { ...(present.kind === 'mongodb' ? present : {}), ...mongodb };
  if (uri === undefined) throw missingAttribute('mongodb.uri');
  const reading = {
    ...(whenHistoryEnds !== undefined && { whenHistoryEnds }),
    ...(bytesPerSecond !== undefined && { bytesPerSecond }),
  };
  return decodeSource({ ...rest, mongodb: { uri, ...reading } });
}

/** @param report what the source said when it was opened: what a snapshot would hold, and what not. None if archives are sent. */
export function encodeRegistered(cluster: ClusterWithSource, report: SourceReport | undefined): JsonObject {
  return {
    allowEmpty: cluster.allowEmpty,
    createDate: atlasTime(cluster.createdAt),
    groupId: cluster.groupId,
    id: cluster.id,
    mongoDBVersion: cluster.mongodbVersion,
    name: cluster.name,
    source: cluster.source.kind,
    strict: cluster.strict,
    ...(report && encodeReport(report)),
  };
}

function encodeReport({ consistency, collections, leftOut, warnings }: SourceReport): JsonObject {
  return {
    consistency: { level: consistency.level, reason: consistency.reason },
    collections,
    leftOut: leftOut.map(({ name, reason }) => ({ name, reason })),
    warnings,
  };
}
