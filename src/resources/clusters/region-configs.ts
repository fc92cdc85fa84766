import { Type, type Static } from 'typebox';
import { missingAttribute, ReadOnly } from '../../http/index.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { NO_AUTO_SCALING, type AutoScaling, type Machines, type RegionConfig } from './configuration.ts';
import {
  defaultDiskSizeGB,
  INSTANCE_SIZES,
  SCALING_LIMITS_ONLY,
  SHARED_SIZES,
  SMALLEST_DISK_GB,
} from './instance-sizes.ts';
import { CLUSTER_PROVIDERS, REGIONS, type ClusterProvider } from './regions.ts';
import { Flag } from './wire.ts';

export const InstanceSizeName = Type.Enum([...INSTANCE_SIZES, ...SHARED_SIZES, 'FLEX']);
const InstanceSize = Type.Optional(InstanceSizeName);
const ScalingLimit = Type.Optional(Type.Enum([...INSTANCE_SIZES, ...SCALING_LIMITS_ONLY]));
/** The name that the API gives to the provider of a shared cluster. */
export const TENANT = 'TENANT';
export const ProviderName = Type.Enum([...CLUSTER_PROVIDERS, TENANT]);
export const BackingProviderName = Type.Optional(Type.Enum([...CLUSTER_PROVIDERS]));
export const NodeCount = Type.Optional(Type.Integer({ minimum: 0, maximum: 50 }));
export const DiskIops = Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000 }));
export const VolumeType = Type.Optional(Type.Enum(['STANDARD', 'PROVISIONED', 'HIGH_PERFORMANCE']));
export const Priority = Type.Optional(Type.Integer({ minimum: 0, maximum: 7 }));
/** The names are checked with the provider. */
export const RegionName = Type.Optional(Type.Enum([...new Set(Object.values(REGIONS).flat())]));

const MACHINES_20230201 = {
  diskIOPS: DiskIops,
  diskThroughput: ReadOnly,
  ebsVolumeType: VolumeType,
  effectiveInstanceSize: ReadOnly,
  instanceSize: InstanceSize,
  nodeCount: NodeCount,
};
const Machines20230201 = Type.Object(MACHINES_20230201);
/** The disk of the smallest shared cluster has 0.5 GB. */
export const DiskSizeGB = Type.Optional(Type.Number({ minimum: 0.5, maximum: 16_384 }));
const Machines20240805 = Type.Object({ ...MACHINES_20230201, diskSizeGB: DiskSizeGB });
type MachinesBody = Static<typeof Machines20240805>;

const AutoScalingBody = Type.Object({
  compute: Type.Optional(
    Type.Object({
      enabled: Flag,
      maxInstanceSize: ScalingLimit,
      minInstanceSize: ScalingLimit,
      scaleDownEnabled: Flag,
    }),
  ),
  diskGB: Type.Optional(Type.Object({ enabled: Flag })),
});

const regionConfig = <Part extends typeof Machines20230201>(machines: Part) =>
  Type.Object({
    analyticsAutoScaling: Type.Optional(AutoScalingBody),
    analyticsSpecs: Type.Optional(machines),
    autoScaling: Type.Optional(AutoScalingBody),
    backingProviderName: BackingProviderName,
    effectiveAnalyticsSpecs: ReadOnly,
    effectiveElectableSpecs: ReadOnly,
    effectiveReadOnlySpecs: ReadOnly,
    electableSpecs: Type.Optional(machines),
    priority: Priority,
    providerName: Type.Optional(ProviderName),
    readOnlySpecs: Type.Optional(machines),
    regionName: RegionName,
  });

export const RegionConfigs20230201 = Type.Array(regionConfig(Machines20230201), { minItems: 1, maxItems: 50 });
export const RegionConfigs20240805 = Type.Array(regionConfig(Machines20240805), { minItems: 1, maxItems: 50 });
type RegionConfigBody = Static<typeof RegionConfigs20240805>[number];

/** A shared cluster is a replica set of three nodes, and no client says so. */
const SHARED_NODES = 3;

/**
 * @param present the same shard before the change.
 * @param diskSizeGB the size of all disks, in versions that have one for the whole cluster.
 * @throws ApiError `MISSING_ATTRIBUTE`, `INVALID_CLUSTER_CONFIGURATION`
 */
export function decodeRegionConfigs(
  bodies: readonly RegionConfigBody[],
  present: readonly RegionConfig[],
  diskSizeGB: number | undefined,
): RegionConfig[] {
  return bodies.map((body, index) => {
    const { electableSpecs, readOnlySpecs, analyticsSpecs, regionName, priority = 7 - index } = body;
    if (body.providerName === undefined) throw missingAttribute('providerName');
    const { providerName, isShared } = machinesProvider(body.providerName, body.backingProviderName);
    if (regionName === undefined) throw missingAttribute('regionName');
    const before = present.find((each) => each.regionName === regionName && each.providerName === providerName);
    const someSize = [electableSpecs, readOnlySpecs, analyticsSpecs].find((specs) => specs?.instanceSize !== undefined);
    const instanceSize = someSize?.instanceSize ?? before?.electable.instanceSize;
    if (instanceSize === undefined) throw missingAttribute('instanceSize');
    const machines = (specs: MachinesBody | undefined, former: Machines | undefined): Machines =>
      makeMachines(providerName, {
        ...specs,
        instanceSize: specs?.instanceSize ?? instanceSize,
        nodeCount: specs?.nodeCount ?? 0,
        diskSizeGB: diskSizeGB ?? specs?.diskSizeGB ?? electableSpecs?.diskSizeGB,
        former,
      });
    if (isShared) return sharedRegion(providerName, regionName, instanceSize);
    return {
      providerName,
      regionName,
      priority: priority < 0 ? 0 : priority,
      electable: machines(electableSpecs, before?.electable),
      readOnly: machines(readOnlySpecs, before?.readOnly),
      analytics: machines(analyticsSpecs, before?.analytics),
      autoScaling:
        body.autoScaling === undefined ? (before?.autoScaling ?? NO_AUTO_SCALING) : autoScaling(body.autoScaling),
      ...(body.analyticsAutoScaling !== undefined && { analyticsAutoScaling: autoScaling(body.analyticsAutoScaling) }),
    };
  });
}

/** Returns whose machines a cluster has. @throws ApiError `MISSING_ATTRIBUTE` */
export function machinesProvider(
  providerName: Static<typeof ProviderName>,
  backing: ClusterProvider | undefined,
): { readonly providerName: ClusterProvider; readonly isShared: boolean } {
  if (providerName !== TENANT) return { providerName, isShared: false };
  if (backing === undefined) throw missingAttribute('backingProviderName');
  return { providerName: backing, isShared: true };
}

/** Returns the region of a shared cluster, which clients describe by its place and its size alone. */
export function sharedRegion(providerName: ClusterProvider, regionName: string, instanceSize: string): RegionConfig {
  const machines = { instanceSize, nodeCount: 0, diskSizeGB: defaultDiskSizeGB(instanceSize) };
  return {
    providerName,
    isShared: true,
    regionName,
    priority: 7,
    electable: { ...machines, nodeCount: SHARED_NODES },
    readOnly: machines,
    analytics: machines,
    autoScaling: NO_AUTO_SCALING,
  };
}

/** Makes machines. What a client does not ask for stays as it was, if the machines have the same size, else it is Atlas's default. */
export function makeMachines(
  providerName: ClusterProvider,
  asked: {
    readonly instanceSize: string;
    readonly nodeCount: number;
    readonly diskSizeGB: number | undefined;
    readonly diskIOPS?: number;
    readonly ebsVolumeType?: string;
    readonly former: Machines | undefined;
  },
): Machines {
  const { instanceSize, nodeCount } = asked;
  const former = asked.former?.instanceSize === instanceSize ? asked.former : undefined;
  const diskSizeGB = asked.diskSizeGB ?? former?.diskSizeGB ?? defaultDiskSizeGB(instanceSize);
  const diskIOPS = asked.diskIOPS ?? former?.diskIOPS ?? DEFAULT_IOPS[providerName];
  const ebsVolumeType = asked.ebsVolumeType ?? former?.ebsVolumeType ?? 'STANDARD';
  return {
    instanceSize,
    nodeCount,
    diskSizeGB: Math.max(diskSizeGB, SMALLEST_DISK_GB),
    ...(diskIOPS !== undefined && { diskIOPS }),
    ...(providerName === 'AWS' && { ebsVolumeType }),
  };
}

/** The figures of the smallest disk. Google Cloud's machines have none. */
const DEFAULT_IOPS: Readonly<Record<ClusterProvider, number | undefined>> = { AWS: 3000, AZURE: 120, GCP: undefined };

function autoScaling({ compute = {}, diskGB = {} }: Static<typeof AutoScalingBody>): AutoScaling {
  const { enabled = false, scaleDownEnabled = false, minInstanceSize, maxInstanceSize } = compute;
  return {
    compute: {
      enabled,
      ...(maxInstanceSize !== undefined && { maxInstanceSize }),
      ...(minInstanceSize !== undefined && { minInstanceSize }),
      scaleDownEnabled,
    },
    diskGB: { enabled: diskGB.enabled ?? false },
  };
}

/**
 * Encodes a region.
 * @param form.diskSize whether machines show the size of their disks.
 * @param form.effective whether the machines are shown again as those that there are.
 */
export function encodeRegionConfig(
  { providerName, isShared, regionName, priority, electable, readOnly, analytics, ...region }: RegionConfig,
  form: { readonly diskSize: boolean; readonly effective: boolean },
): JsonObject {
  if (isShared === true) {
    const { instanceSize, diskSizeGB } = electable;
    return {
      electableSpecs: { effectiveInstanceSize: instanceSize, instanceSize, ...(form.diskSize && { diskSizeGB }) },
      backingProviderName: providerName,
      priority,
      providerName: TENANT,
      regionName,
    };
  }
  const specs = ({ instanceSize, diskIOPS, diskSizeGB, ebsVolumeType, nodeCount }: Machines): JsonObject => ({
    instanceSize,
    ...(diskIOPS !== undefined && { diskIOPS }),
    ...(form.diskSize && { diskSizeGB }),
    ...(ebsVolumeType !== undefined && { ebsVolumeType }),
    nodeCount,
  });
  return {
    ...(region.analyticsAutoScaling && { analyticsAutoScaling: region.analyticsAutoScaling }),
    analyticsSpecs: specs(analytics),
    autoScaling: region.autoScaling,
    ...(form.effective && {
      effectiveAnalyticsSpecs: specs(analytics),
      effectiveElectableSpecs: specs(electable),
      effectiveReadOnlySpecs: specs(readOnly),
    }),
    electableSpecs: specs(electable),
    priority,
    providerName,
    readOnlySpecs: specs(readOnly),
    regionName,
  };
}
