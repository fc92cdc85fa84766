import { join } from 'node:path';
import { rolldown, type ExternalOption, type RolldownOutput } from 'rolldown';

/**
 * Bundles a program for Node.js into a folder: `NAME.js`, and a chunk for each part that it imports late. Programs share no chunks, because
 * each file costs a thread of the block pool more than a millisecond when it starts. The package and the benches that measure it are bundled alike.
 * @param file its path from the folder of the repository. @throws Error for a warning of the bundler.
 */
export async function bundleProgram(
  name: string,
  file: string,
  { external, folder }: { readonly external: ExternalOption; readonly folder: string },
): Promise<RolldownOutput> {
  const bundle = await rolldown({
    cwd: join(import.meta.dirname, '..'),
    input: { [name]: file },
    platform: 'node',
    tsconfig: false,
    transform: { target: 'node22.18' },
    external,
    onLog: (level, { message }) => {
      if (level === 'warn') throw new Error(message);
    },
  });
  const output = await bundle.write({
    dir: folder,
    format: 'es',
    entryFileNames: '[name].js',
    chunkFileNames: `${name}-[name].js`,
    // Errors and credentials are told apart by the names of their classes.
    keepNames: true,
    comments: false,
  });
  await bundle.close();
  return output;
}
