import type { Id } from '../../kernel/ids.ts';

export const CLOUD_PROVIDERS = ['AWS', 'AZURE', 'GCP'] as const;
export type CloudProvider = (typeof CLOUD_PROVIDERS)[number];

export function isCloudProvider(text: string): text is CloudProvider {
  return CLOUD_PROVIDERS.some((provider) => provider === text);
}

/** How Longshore may act in the cloud account of a project: on AWS, by assuming an IAM role. */
export interface AccessRole {
  readonly id: Id;
  readonly groupId: Id;
  readonly provider: 'AWS';
  /** ARN of the account that assumes the IAM role. */
  readonly accountArn: string;
  /** UUID that the IAM role's trust policy asks for (sts:ExternalId). */
  readonly externalId: string;
  readonly iamAssumedRoleArn: string | undefined;
  readonly createdAt: number;
  /** Undefined until the role may be used. */
  readonly authorizedAt: number | undefined;
}

/** What uses a role. */
export interface ExportBucketUsage {
  readonly exportBucketId: Id;
  readonly groupId: Id;
}
