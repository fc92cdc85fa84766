import type { Static, TSchema } from 'typebox';
import { Check } from 'typebox/value';

/**
 * The value of a column that takes less than its SQL type does, such as one of a few words.
 * @param column as `table.column`, for the message.
 * @throws Error unless the value has the schema: then the row was changed by hand, or the schema is a wrong one.
 */
export function storedValue<Schema extends TSchema>(column: string, schema: Schema, value: unknown): Static<Schema> {
  if (!Check(schema, value)) throw new Error(`the column ${column} holds a value that this program does not know`);
  return value;
}

/** The same for a column that holds JSON. */
export function storedJson<Schema extends TSchema>(column: string, schema: Schema, text: string): Static<Schema> {
  return storedValue(column, schema, JSON.parse(text));
}
