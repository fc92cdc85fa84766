import { readFileSync } from 'node:fs';

/**
 * The most memory that this process had, MiB, of all threads together. Where there is a /proc, from there: what the system counts
 * for a process that was started by another one includes what that one had at the time.
 */
export function peakRssMb(): number {
  let kibibytes = process.resourceUsage().maxRSS;
  if (process.platform === 'linux') {
    const peak = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
    if (peak !== undefined) kibibytes = Number(peak);
  }
  return Math.round(kibibytes / 1024);
}
