import type { Id } from '../../kernel/ids.ts';
import type { CloudProvider } from '../../object-store/addressing.ts';
import type { AwsIdentity } from '../../object-store/contract.ts';

/** A role through which Longshore acts in a cloud account of a project. */
export type AccessRole = ProviderRole & {
  readonly id: Id;
  readonly groupId: Id;
  /** Milliseconds since the Unix epoch. */
  readonly createdAt: number;
  /** Undefined until the role is authorized. */
  readonly authorizedAt: number | undefined;
};

/** The provider's part of a role, with Atlas's names. */
export type ProviderRole =
  | {
      readonly provider: 'AWS';
      /** The ARN of the account that assumes the IAM role: the present one of this server. */
      readonly accountArn: string;
      /** The UUID for sts:ExternalId in the trust policy of the IAM role. */
      readonly externalId: string;
      readonly iamAssumedRoleArn: string | undefined;
      /** Whether AWS assumed the IAM role with a wrong ExternalId when the role was authorized. */
      readonly takesAnyExternalId: boolean;
    }
  | ({ readonly provider: 'AZURE' } & AzureIds)
  | {
      readonly provider: 'GCP';
      /** The present one of this server. */
      readonly gcpServiceAccountForAtlas: string;
    };

interface AzureIds {
  readonly atlasAzureAppId: string;
  readonly servicePrincipalId: string;
  readonly tenantId: string;
}

/** The attributes of a request that creates a role. */
export type NewAccessRole =
  { readonly provider: 'AWS' } | ({ readonly provider: 'AZURE' } & AzureIds) | { readonly provider: 'GCP' };

/** The attributes of a request that authorizes a role. */
export type Authorization =
  { readonly provider: 'AWS'; readonly iamAssumedRoleArn: string } | { readonly provider: 'AZURE' | 'GCP' };

interface Identity {
  /** What the provider is on this server, in the words of the options `--aws`, `--azure` and `--gcp`: `local`, for example. */
  readonly kind: string;
  /**
   * True: a new role is authorized at once. It is true where nothing can be verified before a bucket is written: a directory needs
   * no permission, and a role of Azure or Google Cloud has one for its buckets alone.
   */
  readonly authorizeAtOnce: boolean;
}

/** The identity of this server at each cloud provider. */
export interface ProviderIdentities extends Readonly<Record<CloudProvider, Identity>> {
  /** The account that assumes IAM roles. With `tryRole`, only a role that can be assumed is authorized. */
  readonly AWS: Identity & Pick<AwsIdentity, 'accountArn'> & Partial<Pick<AwsIdentity, 'tryRole'>>;
  /** The e-mail address of the service account that users grant access to their buckets. */
  readonly GCP: Identity & { readonly gcpServiceAccountForAtlas: string };
}

/** An export bucket that uses a role. */
export interface ExportBucketUsage {
  readonly exportBucketId: Id;
  readonly groupId: Id;
}

/** A role with the export buckets that use it. */
export interface UsedRole {
  readonly role: AccessRole;
  readonly exportBuckets: readonly ExportBucketUsage[];
}
