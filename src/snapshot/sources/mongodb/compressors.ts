/** The compressors that Node.js has built in. */
const AVAILABLE = ['zlib', 'zstd'];
/** The driver needs a native library for snappy, which Longshore does not ship. `none` means no compression. */
const UNAVAILABLE = ['snappy', 'none'];

/** The names in a value of the option `compressors`. */
export function compressorsOf(value: string): readonly string[] {
  return value.split(',');
}

/** Whether MongoDB has a compressor of this name. */
export function isCompressor(name: string): boolean {
  return AVAILABLE.includes(name) || UNAVAILABLE.includes(name);
}

/**
 * Removes the compressors that this program does not have from the options of a connection string. The driver would
 * fail if a server agreed to such a compressor.
 * @returns the options. If they named snappy, also a warning for people that says what is used instead.
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
