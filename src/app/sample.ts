import { fileURLToPath } from 'node:url';

/** The dump that comes with Longshore. It is two folders up, both from the sources and from the bundled program. */
export const SAMPLE_DUMP = fileURLToPath(new URL('../../sample/dump', import.meta.url));
