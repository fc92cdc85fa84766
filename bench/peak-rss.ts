import { readFileSync } from 'node:fs';

/**
 * Returns the peak of the memory of this process with all threads, in MiB. It is read from /proc if the system has that, because the
 * count of getrusage includes the memory that the parent process had when it started this one.
 */
export function peakRssMb(): number {
  let kibibytes = process.resourceUsage().maxRSS;
  if (process.platform === 'linux') {
    const peak = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
    if (peak !== undefined) kibibytes = Number(peak);
  }
  return Math.round(kibibytes / 1024);
}
