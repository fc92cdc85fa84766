/** A list of hosts that an operator permits: `host`, `host:port`, or `*.domain`. */
export type HostList = readonly string[];

/**
 * Finds the entry of a list that permits a host. An entry that names the host in full comes before one that names its domain.
 * @param host `host` or `host:port`.
 * @returns undefined if no entry permits the host.
 */
export function permittingEntry(host: string, list: HostList): string | undefined {
  const wanted = host.toLowerCase();
  const name = wanted.replace(/:\d+$/, '');
  const inFull = (entry: string): boolean => entry.toLowerCase() === wanted || entry.toLowerCase() === name;
  return list.find(inFull) ?? list.find((entry) => isDomain(entry) && name.endsWith(entry.toLowerCase().slice(1)));
}

/** Whether an entry permits all hosts of a domain. */
export function isDomain(entry: string): boolean {
  return entry.startsWith('*.');
}
