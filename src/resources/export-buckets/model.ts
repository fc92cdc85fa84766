import type { Id } from '../../kernel/ids.ts';

/** A bucket that a role may write exports to. */
export type ExportBucket = ProviderBucket & {
  readonly id: Id;
  readonly groupId: Id;
  readonly roleId: Id;
  /** Milliseconds since the Unix epoch. */
  readonly createdAt: number;
};

/** What a bucket is at its cloud provider. */
export type ProviderBucket =
  | {
      readonly provider: 'AWS';
      readonly bucketName: string;
      readonly requirePrivateNetworking: boolean;
      /** As AWS writes it: `us-east-1`. */
      readonly region: string;
    }
  | {
      readonly provider: 'AZURE';
      /** Of the container. */
      readonly bucketName: string;
      /** Of the storage account. */
      readonly serviceUrl: string;
      /** As the client gave it; Atlas takes it and does not use it. */
      readonly tenantId: string | undefined;
    }
  | { readonly provider: 'GCP'; readonly bucketName: string };

/** What a client asks for when it creates one. */
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
