import type { Static, TSchema } from 'typebox';
import { Check } from 'typebox/value';

/**
 * Checks the value of a column that allows fewer values than its SQL type, such as one of a few words.
 * @param column as `table.column`, for the error.
 * @throws Error if the value does not match the schema: the row was changed by hand, or the schema is wrong.
 */
export function storedValue<Schema extends TSchema>(column: string, schema: Schema, value: unknown): Static<Schema> {
  if (!Check(schema, value)) throw new Error(`the column ${column} holds a value that this program does not know`);
  return value;
}

/** Parses and checks the value of a column with JSON. @throws Error as above. */
export function storedJson<Schema extends TSchema>(column: string, schema: Schema, text: string): Static<Schema> {
  return storedValue(column, schema, JSON.parse(text));
}
