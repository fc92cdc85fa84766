import { join } from 'node:path';
import { rolldown, type ExternalOption, type RolldownOutput } from 'rolldown';

/**
 * Bundles programs for Node.js into a folder: `NAME.js` of each, and the chunks that they share. The package and the benches that measure
 * it are bundled alike.
 * @param input the programs by their names. A path begins at the folder of the repository. @throws Error for a warning of the bundler.
 */
export async function bundlePrograms(
  input: Readonly<Record<string, string>>,
  { external, folder }: { readonly external: ExternalOption; readonly folder: string },
): Promise<RolldownOutput> {
  const bundle = await rolldown({
    cwd: join(import.meta.dirname, '..'),
    input,
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
    chunkFileNames: '[name].js',
    // Errors and credentials are told apart by the names of their classes.
    keepNames: true,
    comments: false,
  });
  await bundle.close();
  return output;
}
