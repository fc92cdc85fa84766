import { Type } from 'typebox';
import { IdSchema } from '../../http/index.ts';
import { partId, type Id } from '../../kernel/ids.ts';
import type { JsonObject } from '../../kernel/json.ts';
import type { RegionConfig } from './configuration.ts';
import { CLUSTER_PROVIDERS } from './regions.ts';

/** `regionName` is AWS's, `region` is Azure's and `regions` are Google Cloud's. */
export const ContainerSchema = Type.Object(
  {
    atlasCidrBlock: Type.String(),
    id: IdSchema,
    providerName: Type.Enum([...CLUSTER_PROVIDERS]),
    provisioned: Type.Boolean(),
    region: Type.Optional(Type.String()),
    regionName: Type.Optional(Type.String()),
    regions: Type.Optional(Type.Array(Type.String())),
  },
  { $id: 'NetworkPeeringContainer' },
);

/** A region in which a project has a cluster. */
type ClusterRegion = Pick<RegionConfig, 'providerName' | 'regionName'>;

/**
 * Returns the network peering containers of a project: one for each region, and one for all regions of Google Cloud, as in Atlas.
 * A registered deployment is in no network of Atlas, but Terraform reads the id of the container with each cluster.
 */
export function containersOf(groupId: Id, regions: readonly ClusterRegion[]): readonly JsonObject[] {
  const sorted = regions.toSorted((one, other) => (placeOf(one) < placeOf(other) ? -1 : 1));
  const containers = sorted.map((region) => container(groupId, region));
  return containers.filter(({ id }, index) => containers.findIndex((other) => other['id'] === id) === index);
}

function placeOf({ providerName, regionName }: ClusterRegion): string {
  return providerName === 'GCP' ? providerName : `${providerName}/${regionName}`;
}

function container(groupId: Id, region: ClusterRegion): JsonObject {
  const { providerName, regionName } = region;
  const common = { id: partId(groupId, `${placeOf(region)}/container`), providerName, provisioned: true };
  switch (providerName) {
    case 'AWS':
      return { atlasCidrBlock: '192.168.248.0/21', ...common, regionName };
    case 'AZURE':
      return { atlasCidrBlock: '192.168.248.0/21', ...common, region: regionName };
    case 'GCP':
      return { atlasCidrBlock: '192.168.0.0/16', ...common, regions: [] };
  }
}
