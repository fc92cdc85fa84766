/** Bundles src/ and its libraries to dist/, the program of the published package: `npm run build`. */
import { copyFileSync, rmSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { basename, join } from 'node:path';
import type { OutputChunk } from 'rolldown';
import { bundleProgram } from './bundle.ts';
import { packageOf, thirdPartyLicenses } from './third-party-licenses.ts';

const root = join(import.meta.dirname, '..');
const dist = join(root, 'dist');
/** All chunks are in one folder, two folders below the package like src/app, from which product.ts names the package's files. */
const program = join(dist, 'program');

/** The only library that cannot be bundled, because it is machine code. */
const INSTALLED = ['better-sqlite3'];
/** What a library loads only if the user installed it, by the library. */
const OPTIONAL: Readonly<Record<string, readonly string[]>> = {
  debug: ['supports-color'],
  mongodb: [
    '@aws-sdk/credential-providers',
    '@mongodb-js/zstd',
    'gcp-metadata',
    'kerberos',
    'mongodb-client-encryption',
    'snappy',
    'socks',
  ],
};
/** The viewer of the OpenAPI documents, which is sent to browsers. */
const VIEWER = 'node_modules/@fastify/swagger-ui/static';
/** Files that the program reads, by `new URL('./name', import.meta.url)`. */
const FILES = ['src/extjson/engine.wasm', `${VIEWER}/swagger-ui-bundle.js`, `${VIEWER}/swagger-ui.css`];
/** The engine contains parts of AssemblyScript's standard library. */
const ENGINE_LIBRARY = join(root, 'node_modules/assemblyscript/std');

function isExternal(id: string, importer = ''): boolean {
  return INSTALLED.includes(id) || (OPTIONAL[packageOf(importer)?.name ?? '']?.includes(id) ?? false);
}

/** A chunk must not name a file that is not there: it would be missed only by users. */
function assertWhole(chunk: OutputChunk, names: ReadonlySet<string>): void {
  for (const [, name = ''] of chunk.code.matchAll(/new URL\("\.\/([^"]+)", import\.meta\.url\)/g)) {
    if (!names.has(name)) throw new Error(`${chunk.fileName} reads ${name}, which is not in FILES of scripts/build.ts`);
  }
  const allowed = new Set([...INSTALLED, ...builtinModules, ...names]);
  for (const id of [...chunk.imports, ...chunk.dynamicImports]) {
    if (!id.startsWith('node:') && !allowed.has(id))
      throw new Error(`${chunk.fileName} imports ${id}, which users lack`);
  }
}

rmSync(dist, { recursive: true, force: true });
const options = { external: isExternal, folder: program };
const outputs = [
  await bundleProgram('main', 'src/cli/main.ts', options),
  await bundleProgram('block-worker', 'src/pipelines/threads/block-worker.ts', options),
];

const chunks = outputs.flatMap(({ output }) => output).filter((each) => each.type === 'chunk');
const names = new Set([...chunks.map(({ fileName }) => fileName), ...FILES.map((file) => basename(file))]);
for (const chunk of chunks) assertWhole(chunk, names);
for (const file of FILES) copyFileSync(join(root, file), join(program, basename(file)));
const modules = [...chunks.flatMap(({ moduleIds }) => moduleIds), ENGINE_LIBRARY, join(root, VIEWER)];
writeFileSync(join(dist, 'THIRD-PARTY-LICENSES.txt'), thirdPartyLicenses(modules));
