import type { Id } from '../../kernel/ids.ts';

/** The regions of AWS, in Atlas's spelling. */
export const AWS_REGIONS = [
  'US_GOV_WEST_1',
  'US_GOV_EAST_1',
  'US_EAST_1',
  'US_EAST_2',
  'US_WEST_1',
  'US_WEST_2',
  'CA_CENTRAL_1',
  'EU_NORTH_1',
  'EU_WEST_1',
  'EU_WEST_2',
  'EU_WEST_3',
  'EU_CENTRAL_1',
  'AP_EAST_1',
  'AP_NORTHEAST_1',
  'AP_NORTHEAST_2',
  'AP_NORTHEAST_3',
  'AP_SOUTHEAST_1',
  'AP_SOUTHEAST_2',
  'AP_SOUTHEAST_3',
  'AP_SOUTH_1',
  'SA_EAST_1',
  'CN_NORTH_1',
  'CN_NORTHWEST_1',
  'ME_SOUTH_1',
  'AF_SOUTH_1',
  'EU_SOUTH_1',
  'GLOBAL',
] as const;
export type AwsRegion = (typeof AWS_REGIONS)[number];

/** What a client asks for: a private way to the buckets of a region. */
export interface NewPrivateEndpoint {
  /** The region of the buckets. */
  readonly regionName: AwsRegion | undefined;
  /** The region of the network that the way begins in. */
  readonly vpcRegionName: AwsRegion | undefined;
}

export interface PrivateEndpoint extends NewPrivateEndpoint {
  readonly id: Id;
  readonly groupId: Id;
  /** Milliseconds since the Unix epoch. */
  readonly createdAt: number;
}
