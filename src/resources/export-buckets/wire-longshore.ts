import { Type } from 'typebox';
import type { JsonObject } from '../../kernel/json.ts';
import type { BucketValidation } from '../../object-store/validate.ts';

export const ValidationSchema = Type.Object(
  {
    checks: Type.Array(
      Type.Object({
        ability: Type.String(),
        consequence: Type.Optional(Type.String()),
        errorCode: Type.Optional(Type.String()),
        message: Type.Optional(Type.String()),
        outcome: Type.Enum(['passed', 'refused', 'failed', 'skipped']),
        required: Type.Boolean(),
      }),
    ),
    leftObjects: Type.Array(Type.String()),
    usable: Type.Boolean(),
  },
  { $id: 'ExportBucketValidation' },
);

/** Encodes what a bucket was tried for. `bucket validate` prints the same document for a bucket without a server. */
export function encodeValidation({ usable, checks, leftObjects }: BucketValidation): JsonObject {
  return { usable, checks: checks.map((check) => ({ ...check })), leftObjects };
}
