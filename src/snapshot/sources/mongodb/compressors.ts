/** Those that Node.js has built in. */
const AVAILABLE = ['zlib', 'zstd'];
/** The driver reads snappy with a native library, which Longshore does not ship. `none` says that nothing is compressed. */
const UNAVAILABLE = ['snappy', 'none'];

/** What a value of the option `compressors` names. */
export function compressorsOf(value: string): readonly string[] {
  return value.split(',');
}

/** Whether MongoDB knows it. */
export function isCompressor(name: string): boolean {
  return AVAILABLE.includes(name) || UNAVAILABLE.includes(name);
}

/**
 * The options of a connection string without the compressors that this program does not have, because the driver would fail where
 * a server agrees to one.
 * @returns a warning for people where they name snappy: what is used instead.
 */
export function withAvailableCompressors(given: URLSearchParams): {
  readonly options: URLSearchParams;
  readonly warning?: string;
} {
  const options = new URLSearchParams();
  const named = new Set<string>();
  for (const [name, value] of given) {
    if (name.toLowerCase() !== 'compressors') options.append(name, value);
    else for (const compressor of compressorsOf(value)) named.add(compressor);
  }
  const used = [...named].filter((compressor) => AVAILABLE.includes(compressor));
  if (used.length > 0) options.append('compressors', used.join());
  return { options, ...(named.has('snappy') ? { warning: snappyWarning(used) } : {}) };
}

function snappyWarning(used: readonly string[]): string {
  const instead = used.length === 0 ? 'uncompressed; zlib and zstd are available' : `with ${used.join(' or ')}`;
  return `The compressor snappy is not available, so the deployment is read ${instead}.`;
}
