import { Type, type Static } from 'typebox';
import { IdSchema, TimeSchema } from '../../http/index.ts';
import { atlasTime } from '../../kernel/clock.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { jsonTextReader, AnyObject } from '../../kernel/json-reader.ts';
import { DRILL_MODES, DRILL_OUTCOMES, DRILL_STATES, type DrillSchedule } from './model.ts';
import type { ShownDrill, WantedDrill } from './service.ts';
import type { PublicDrillKey } from './signing.ts';

const readReport = jsonTextReader(AnyObject);

const wanted = {
  mode: Type.Optional(Type.Enum([...DRILL_MODES])),
  targetClusterName: Type.Optional(Type.String({ pattern: '^[a-zA-Z0-9][a-zA-Z0-9-]*$' })),
  /** Short, because the name of a database has at most 63 bytes. */
  databasePrefix: Type.Optional(Type.String({ pattern: '^[a-zA-Z0-9_-]{1,30}$' })),
};

/** The body of POST. */
export const DrillBody = Type.Object(wanted);
/** The body of PUT of a schedule. */
export const ScheduleBody = Type.Object({ ...wanted, intervalDays: Type.Integer({ minimum: 1, maximum: 366 }) });

export function decodeDrill(body: Static<typeof DrillBody>): WantedDrill {
  const { mode = 'decode', targetClusterName, databasePrefix } = body;
  return { mode, targetClusterName, databasePrefix };
}

export const SummarySchema = Type.Object(
  {
    clusterName: Type.String(),
    createdAt: TimeSchema,
    databasePrefix: Type.Optional(Type.String()),
    exportId: IdSchema,
    finishedAt: Type.Optional(TimeSchema),
    id: IdSchema,
    mode: Type.Enum([...DRILL_MODES]),
    outcome: Type.Optional(Type.Enum([...DRILL_OUTCOMES])),
    snapshotId: IdSchema,
    startedAt: Type.Optional(TimeSchema),
    state: Type.Enum([...DRILL_STATES]),
    targetClusterName: Type.Optional(Type.String()),
  },
  { $id: 'DrillSummary' },
);

export const DrillSchema = Type.Object(
  {
    ...SummarySchema.properties,
    keyId: Type.Optional(IdSchema),
    report: Type.Optional(AnyObject),
    signature: Type.Optional(Type.String()),
    signedText: Type.Optional(Type.String()),
  },
  { $id: 'Drill' },
);

export const ScheduleSchema = Type.Object(
  {
    databasePrefix: Type.Optional(Type.String()),
    intervalDays: Type.Integer(),
    mode: Type.Enum([...DRILL_MODES]),
    nextDrillAt: TimeSchema,
    targetClusterName: Type.Optional(Type.String()),
  },
  { $id: 'DrillSchedule' },
);

export const KeySchema = Type.Object(
  { algorithm: Type.Literal('Ed25519'), createdAt: TimeSchema, id: IdSchema, publicKey: Type.String() },
  { $id: 'DrillKey' },
);

/** Encodes a drill without its report. */
export function encodeSummary({ drill, clusterName }: ShownDrill): JsonObject {
  const { target, startedAt, finishedAt, signed } = drill;
  return {
    clusterName,
    createdAt: atlasTime(drill.createdAt),
    exportId: drill.exportId,
    ...(finishedAt !== undefined && { finishedAt: atlasTime(finishedAt) }),
    id: drill.id,
    mode: drill.mode,
    ...(signed && { outcome: signed.outcome }),
    snapshotId: drill.snapshotId,
    ...(startedAt !== undefined && { startedAt: atlasTime(startedAt) }),
    state: drill.state,
    ...(target && { databasePrefix: target.databasePrefix, targetClusterName: target.clusterName }),
  };
}

/** Encodes a drill with its report. The signature is of the UTF-8 of `signedText`, whose JSON is `report`. */
export function encodeDrill(shown: ShownDrill): JsonObject {
  const { signed } = shown.drill;
  return {
    ...encodeSummary(shown),
    ...(signed && {
      keyId: signed.keyId,
      report: readReport(signed.text),
      signature: signed.signature,
      signedText: signed.text,
    }),
  };
}

export function encodeSchedule(schedule: DrillSchedule): JsonObject {
  const { intervalDays, mode, targetClusterName, databasePrefix, nextAt } = schedule;
  return {
    ...(databasePrefix !== undefined && { databasePrefix }),
    intervalDays,
    mode,
    nextDrillAt: atlasTime(nextAt),
    ...(targetClusterName !== undefined && { targetClusterName }),
  };
}

export function encodeKey({ id, publicKey, createdAt }: PublicDrillKey): JsonObject {
  return { algorithm: 'Ed25519', createdAt: atlasTime(createdAt), id, publicKey };
}
