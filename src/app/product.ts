import { readFileSync } from 'node:fs';
import { Type } from 'typebox';
import { jsonTextReader } from '../kernel/json-reader.ts';

const readPackage = jsonTextReader(Type.Object({ version: Type.String() }));

/** Longshore's version, from package.json. The relative path is the same in the sources and in the bundled program. */
export const productVersion = readPackage(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version;
