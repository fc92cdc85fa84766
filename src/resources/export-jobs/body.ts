import { Type, type Static } from 'typebox';
import type { NewExportJob } from './service.ts';

const SomeId = Type.String({ pattern: '^[a-f0-9]{24}$' });

/** The same in v1.0 and v2. Custom data goes into `.complete`, so it is bounded. */
export const CreateBody = Type.Object({
  customData: Type.Optional(
    Type.Array(
      Type.Object({
        key: Type.String({ minLength: 1, maxLength: 256 }),
        value: Type.String({ maxLength: 4096 }),
      }),
      { maxItems: 100 },
    ),
  ),
  exportBucketId: SomeId,
  snapshotId: SomeId,
});

export function decodeCreate(body: Static<typeof CreateBody>): NewExportJob {
  return {
    snapshotId: body.snapshotId,
    exportBucketId: body.exportBucketId,
    customData: (body.customData ?? []).map(({ key, value }) => ({ key, value })),
  };
}
