import { messageOf } from '../kernel/errors.ts';

/**
 * Reads the value of a column that allows fewer values than its SQL type, such as one of a few words, or JSON.
 * @param column as `table.column`, for the error.
 * @param read a reader of `src/kernel/json-reader.ts`.
 * @throws Error that names the column if the reader refuses the value: the row was changed by hand, or the schema is wrong.
 */
export function storedValue<Stored, Value>(column: string, read: (value: Stored) => Value, value: Stored): Value {
  try {
    return read(value);
  } catch (cause) {
    throw new Error(`the column ${column} holds a value that this program does not know: ${messageOf(cause)}`, {
      cause,
    });
  }
}
