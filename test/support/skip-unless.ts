/**
 * The options of a test that needs something that not every machine has. The test is skipped by that name if the thing
 * is missing. The environment's REQUIRE (names with commas between, or `all`) lists what must be present. A skip of
 * these is an error, because a complete run must not pass by leaving tests out.
 */
export function skipUnless(name: string, found: boolean): { skip?: string } {
  if (found) return {};
  if (isRequired(name)) throw new Error(`REQUIRE demands ${name}, and it is missing`);
  return { skip: `missing: ${name}` };
}

/** Whether REQUIRE demands what has that name. */
export function isRequired(name: string): boolean {
  const required = (process.env['REQUIRE'] ?? '').split(',').map((entry) => entry.trim());
  return required.includes(name) || required.includes('all');
}
