/**
 * The options of a test that needs something that not every machine has: skipped by that name where it is missing.
 * The environment's REQUIRE (names with commas between, or `all`) says what must be there; a skip of that is an error, so
 * that a run that is meant to be complete cannot pass by leaving things out.
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
