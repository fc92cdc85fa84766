/**
 * Builds src/extjson/engine.wasm from src/extjson/wasm. The result depends on nothing but the source and the compiler's
 * version, which package.json pins.
 *
 *   node scripts/build-wasm.ts           writes the file
 *   node scripts/build-wasm.ts --check   fails if the file is not what the source gives, or is too large
 */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { main } from 'assemblyscript/asc';

/** The module is to stay small enough to load at once. */
const MAX_GZIPPED_BYTES = 32 << 10;
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const ENTRY = 'src/extjson/wasm/index.ts';
const OUTPUT = 'engine.wasm';
const COMMITTED = new URL('../src/extjson/engine.wasm', import.meta.url);

async function build(): Promise<Buffer> {
  const files = new Map<string, Uint8Array | string>();
  const { error } = await main(
    [ENTRY, '--outFile', OUTPUT, '--baseDir', ROOT]
      .concat(['-O3', '--noAssert', '--runtime', 'stub'])
      .concat(['--enable', 'simd', '--enable', 'bulk-memory'])
      .concat(['--importMemory', '--zeroFilledMemory', '--use', 'abort=']),
    { writeFile: (name, contents) => void files.set(name, contents), stderr: process.stderr },
  );
  const module = files.get(OUTPUT);
  if (error !== null || module === undefined || typeof module === 'string') {
    throw new Error(`cannot build ${ENTRY}: ${error?.message ?? 'no output'}`);
  }
  return Buffer.from(module);
}

const built = await build();
const gzippedBytes = gzipSync(built, { level: 9 }).length;
console.log(`engine.wasm: ${built.length} bytes, ${gzippedBytes} gzipped`);
if (gzippedBytes > MAX_GZIPPED_BYTES) throw new Error(`engine.wasm is over ${MAX_GZIPPED_BYTES} bytes gzipped`);

if (!process.argv.includes('--check')) await writeFile(COMMITTED, built);
else if (!built.equals(await readFile(COMMITTED))) {
  throw new Error('engine.wasm is not what its source gives: run node scripts/build-wasm.ts and commit the result');
}
