import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Type } from 'typebox';
import { jsonTextReader } from '../kernel/json-reader.ts';

const readPackage = jsonTextReader(Type.Object({ version: Type.String() }));

/** Longshore's version, from package.json. The relative path is the same in the sources and in the bundled program. */
export const productVersion = readPackage(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version;

/** The guide for beginners, which the package holds, too. The relative path is the same in the sources and in the bundled program. */
export const GETTING_STARTED = fileURLToPath(new URL('../../docs/guides/getting-started.md', import.meta.url));
