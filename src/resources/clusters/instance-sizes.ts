/** The sizes of machines of which Atlas takes snapshots. */
export const INSTANCE_SIZES: readonly string[] = `
    M10 M20 M30 M40 M50 M60 M80 M100 M140 M200 M300 R40 R50 R60 R80 R200 R300 R400 R700 M40_NVME M50_NVME M60_NVME
    M80_NVME M200_NVME M400_NVME M30_GEN_2 M40_GEN_2 M50_GEN_2 M60_GEN_2 M80_GEN_2 M140_GEN_2 M200_GEN_2 M300_GEN_2
    R40_GEN_2 R50_GEN_2 R60_GEN_2 R80_GEN_2 R200_GEN_2 R300_GEN_2 R400_GEN_2 R700_GEN_2 M40_NVME_GEN_2 M50_NVME_GEN_2
    M60_NVME_GEN_2 M80_NVME_GEN_2 M200_NVME_GEN_2 M400_NVME_GEN_2 M250 M400 R600
  `
  .trim()
  .split(/\s+/);

/** The sizes of the disks of shared clusters, of which no snapshots are taken. */
const SHARED_DISKS_GB: Readonly<Record<string, number>> = { M0: 0.5, M2: 2, M5: 5 };

/** The sizes of shared clusters. */
export const SHARED_SIZES: readonly string[] = Object.keys(SHARED_DISKS_GB);

/** The sizes that only the limits of automatic scaling may name. */
export const SCALING_LIMITS_ONLY: readonly string[] = ['M90', 'M300_NVME', 'M600_NVME'];

const DISK_SIZES_GB: Readonly<Record<string, number>> = { 10: 10, 20: 20, 30: 40, 40: 80, 50: 160, 60: 320, 80: 750 };
const LARGE_DISK_GB = 1000;

/** Atlas gives no smaller disk, whatever a client asks for: its CLI asks for 2 GB where its user says nothing. */
export const SMALLEST_DISK_GB = 10;

/** Returns the size of the disk that a machine gets if the client asks for none. */
export function defaultDiskSizeGB(instanceSize: string): number {
  return SHARED_DISKS_GB[instanceSize] ?? DISK_SIZES_GB[/\d+/.exec(instanceSize)?.[0] ?? ''] ?? LARGE_DISK_GB;
}
