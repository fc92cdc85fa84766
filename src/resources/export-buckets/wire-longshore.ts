import type { JsonObject } from '../../kernel/json.ts';
import type { BucketValidation } from '../../object-store/validate.ts';

/** Encodes what a bucket was tried for. `bucket validate` prints the same document for a bucket without a server. */
export function encodeValidation({ usable, checks, leftObjects }: BucketValidation): JsonObject {
  return { usable, checks: checks.map((check) => ({ ...check })), leftObjects };
}
