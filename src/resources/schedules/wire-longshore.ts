import { Type } from 'typebox';
import { IdSchema, TimeSchema } from '../../http/index.ts';
import { atlasTime } from '../../kernel/clock.ts';
import type { JsonObject } from '../../kernel/json.ts';
import type { OverdueExport } from './overdue-service.ts';

export const OverdueExportSchema = Type.Object(
  {
    clusterId: IdSchema,
    clusterName: Type.String(),
    dueAt: TimeSchema,
    lastSuccessfulExportAt: Type.Optional(TimeSchema),
    lastSuccessfulExportId: Type.Optional(IdSchema),
  },
  { $id: 'OverdueExport' },
);

export function encodeOverdueExport({ cluster, dueAt, last }: OverdueExport): JsonObject {
  return {
    clusterId: cluster.id,
    clusterName: cluster.name,
    dueAt: atlasTime(dueAt),
    ...(last && {
      lastSuccessfulExportAt: atlasTime(last.finishedAt ?? last.createdAt),
      lastSuccessfulExportId: last.id,
    }),
  };
}
