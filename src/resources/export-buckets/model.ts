import type { Id } from '../../kernel/ids.ts';

/** A bucket for exports, and the role that writes to it. */
export type ExportBucket = ProviderBucket & {
  readonly id: Id;
  readonly groupId: Id;
  readonly roleId: Id;
  /** The id of the registered store. Undefined if the store has none, and before an older bucket is opened. */
  readonly storeId: string | undefined;
  /** Milliseconds since the Unix epoch. */
  readonly createdAt: number;
};

/** The provider's part of a bucket. */
export type ProviderBucket =
  | {
      readonly provider: 'AWS';
      readonly bucketName: string;
      readonly requirePrivateNetworking: boolean;
      /** The region in AWS's spelling: `us-east-1`. */
      readonly region: string;
    }
  | {
      readonly provider: 'AZURE';
      /** The name of the container. */
      readonly bucketName: string;
      /** The URL of the storage account. */
      readonly serviceUrl: string;
      /** The client's value. Atlas accepts the attribute and does not use it. */
      readonly tenantId: string | undefined;
    }
  | { readonly provider: 'GCP'; readonly bucketName: string };

/** The attributes of a request that creates a bucket. */
export type NewExportBucket = { readonly roleId: Id } & (
  | { readonly provider: 'AWS'; readonly bucketName: string; readonly requirePrivateNetworking: boolean }
  | {
      readonly provider: 'AZURE';
      readonly bucketName: string | undefined;
      readonly serviceUrl: string;
      readonly tenantId: string | undefined;
    }
  | { readonly provider: 'GCP'; readonly bucketName: string }
);
