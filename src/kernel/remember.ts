/**
 * Makes a function that computes the value of a text once. It keeps the values of at most `limit` texts, and forgets all of them when there
 * are more, so that the texts of clients do not fill the memory.
 * @param compute gives equal values for equal texts. A text without a value (undefined) is not kept.
 */
export function remember<Value>(limit: number, compute: (text: string) => Value): (text: string) => Value {
  const known = new Map<string, Value>();
  return (text) => {
    const value = known.get(text);
    if (value !== undefined) return value;
    const computed = compute(text);
    if (computed === undefined) return computed;
    if (known.size >= limit) known.clear();
    known.set(text, computed);
    return computed;
  };
}
