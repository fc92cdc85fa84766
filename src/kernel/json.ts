/** A parsed JSON value. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;

/** A parsed JSON object; the order of its keys is the order on the wire. */
export interface JsonObject {
  readonly [key: string]: Json;
}

/** Whether a parsed JSON value is an object (not an array, not null). */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
