import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { main } from 'assemblyscript/asc';

/** The module is to stay small enough to load at once. */
const MAX_GZIPPED_BYTES = 32 << 10;
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const ENTRY = 'src/extjson/wasm/index.ts';
const OUTPUT = 'engine.wasm';

/**
 * Compiles src/extjson/wasm. The result depends on nothing but the source and the compiler's version, which package.json pins.
 * @throws if the source does not compile, or its module is too large.
 */
export async function engineWasm(): Promise<Buffer> {
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
  const gzippedBytes = gzipSync(module, { level: 9 }).length;
  if (gzippedBytes > MAX_GZIPPED_BYTES) {
    throw new Error(`engine.wasm is ${gzippedBytes} bytes gzipped, over ${MAX_GZIPPED_BYTES}`);
  }
  return Buffer.from(module);
}
