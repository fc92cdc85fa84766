import { Type, type Static } from 'typebox';
import { atlasTime } from '../../kernel/clock.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { jsonTextReader, AnyObject } from '../../kernel/json-reader.ts';
import { DRILL_MODES, type DrillSchedule } from './model.ts';
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
