import { readFileSync } from 'node:fs';
import { Type } from 'typebox';
import { Parse } from 'typebox/value';

const Package = Type.Object({ version: Type.String() });

/** Longshore's version, from package.json. The relative path is the same in the sources and in the compiled program. */
export const productVersion = Parse(
  Package,
  JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')),
).version;
