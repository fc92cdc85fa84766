import type { Id } from '../../kernel/ids.ts';
import type { CloudProvider } from '../../object-store/addressing.ts';

/** How Longshore may act in a cloud account of a project. */
export type AccessRole = ProviderRole & {
  readonly id: Id;
  readonly groupId: Id;
  /** Milliseconds since the Unix epoch. */
  readonly createdAt: number;
  /** Undefined until the role may be used. */
  readonly authorizedAt: number | undefined;
};

/** What a role is at its cloud provider, with Atlas's names. */
export type ProviderRole =
  | {
      readonly provider: 'AWS';
      /** ARN of the account that assumes the IAM role. */
      readonly accountArn: string;
      /** UUID that the IAM role's trust policy asks for (sts:ExternalId). */
      readonly externalId: string;
      readonly iamAssumedRoleArn: string | undefined;
    }
  | ({ readonly provider: 'AZURE' } & AzureIds)
  | { readonly provider: 'GCP'; readonly gcpServiceAccountForAtlas: string };

interface AzureIds {
  readonly atlasAzureAppId: string;
  readonly servicePrincipalId: string;
  readonly tenantId: string;
}

/** What a client gives when it creates a role. */
export type NewAccessRole =
  { readonly provider: 'AWS' } | ({ readonly provider: 'AZURE' } & AzureIds) | { readonly provider: 'GCP' };

/** What a client gives when it authorizes a role. */
export type Authorization =
  { readonly provider: 'AWS'; readonly iamAssumedRoleArn: string } | { readonly provider: 'AZURE' | 'GCP' };

interface Identity {
  /**
   * True where buckets are directories of this machine, so that a role needs nothing from a cloud: it may be used as soon as it
   * is created.
   */
  readonly authorizeAtOnce: boolean;
}

/** Who this server is at each cloud provider. One that is absent is refused. */
export interface ProviderIdentities extends Readonly<Partial<Record<CloudProvider, Identity>>> {
  /** `arn:aws:iam::<12 digits>:root` of the account that assumes IAM roles. */
  readonly AWS?: Identity & { readonly accountArn: string };
  /** E-mail address of the service account that is given access to buckets. */
  readonly GCP?: Identity & { readonly gcpServiceAccountForAtlas: string };
}

/** An export bucket that uses a role. */
export interface ExportBucketUsage {
  readonly exportBucketId: Id;
  readonly groupId: Id;
}

/** A role, and what uses it. */
export interface UsedRole {
  readonly role: AccessRole;
  readonly exportBuckets: readonly ExportBucketUsage[];
}
