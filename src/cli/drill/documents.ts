import { Type, type Static } from 'typebox';
import { jsonReader } from '../../kernel/json-reader.ts';

/** The signed report of a drill, as far as commands show it. */
const DrillReport = Type.Object({
  product: Type.String(),
  drillId: Type.String(),
  groupId: Type.String(),
  clusterName: Type.String(),
  export: Type.Object({
    id: Type.String(),
    bucketName: Type.String(),
    prefix: Type.String(),
    createdAt: Type.String(),
  }),
  snapshot: Type.Object({ id: Type.String(), compared: Type.Boolean(), takenAt: Type.Optional(Type.String()) }),
  mode: Type.String(),
  target: Type.Optional(Type.Object({ clusterName: Type.String(), databasePrefix: Type.String() })),
  startedAt: Type.String(),
  finishedAt: Type.String(),
  durationMs: Type.Number(),
  outcome: Type.String(),
  reason: Type.Optional(Type.Object({ errorCode: Type.String(), message: Type.String() })),
  problems: Type.Array(Type.String()),
  hash: Type.String(),
  totals: Type.Object({ collections: Type.Number(), documents: Type.Number() }),
  collections: Type.Array(
    Type.Object({
      database: Type.String(),
      name: Type.String(),
      proof: Type.String(),
      documents: Type.Optional(Type.Number()),
      hash: Type.Optional(Type.String()),
      snapshotDocuments: Type.Optional(Type.Number()),
      snapshotHash: Type.Optional(Type.String()),
    }),
  ),
});
export type DrillReport = Static<typeof DrillReport>;

const Drill = Type.Object({
  id: Type.String(),
  clusterName: Type.String(),
  state: Type.String(),
  mode: Type.String(),
  outcome: Type.Optional(Type.String()),
  createdAt: Type.String(),
  exportId: Type.String(),
  keyId: Type.Optional(Type.String()),
  report: Type.Optional(DrillReport),
  signature: Type.Optional(Type.String()),
  signedText: Type.Optional(Type.String()),
});
export type Drill = Static<typeof Drill>;
export const readDrill = jsonReader(Drill);

export const readDrillKeys = jsonReader(Type.Array(Type.Object({ id: Type.String(), publicKey: Type.String() })));
