import { quoted } from '../quoted.ts';
import type { RoleGrant } from './contract.ts';

const VERSION = '2012-10-17';

/** Returns the policies of an IAM role through which Longshore exports to a bucket, with no more rights than it needs. */
export function awsGrant(wanted: {
  readonly roleId: string;
  readonly bucketName: string;
  readonly iamRoleName: string;
  /** The account that assumes the role. */
  readonly accountArn: string;
  readonly externalId: string;
}): RoleGrant {
  const { roleId, bucketName, iamRoleName, accountArn, externalId } = wanted;
  const bucket = `arn:${accountArn.split(':')[1] ?? 'aws'}:s3:::${bucketName}`;
  const allow = { Effect: 'Allow' };
  const condition = { StringEquals: { 'sts:ExternalId': externalId } };
  const trustPolicy = {
    Version: VERSION,
    Statement: [{ ...allow, Principal: { AWS: accountArn }, Action: 'sts:AssumeRole', Condition: condition }],
  };
  const permissionPolicy = {
    Version: VERSION,
    Statement: [
      { ...allow, Action: 's3:GetBucketLocation', Resource: bucket },
      { ...allow, Action: 's3:PutObject', Resource: `${bucket}/*` },
    ],
  };
  const role = `--role-name ${quoted(iamRoleName)}`;
  return {
    documents: [
      { name: 'trustPolicy', title: 'The trust policy of the IAM role', json: trustPolicy },
      { name: 'permissionPolicy', title: 'Its permissions', json: permissionPolicy },
    ],
    commands: [
      `aws iam create-role ${role} --assume-role-policy-document ${quoted(JSON.stringify(trustPolicy))}`,
      `aws iam put-role-policy ${role} --policy-name longshore-export --policy-document ${quoted(JSON.stringify(permissionPolicy))}`,
    ],
    commandsTitle: 'Both with the AWS CLI, in the account of the bucket',
    next: `longshore role authorize ${roleId} --arn ARN-OF-THE-IAM-ROLE`,
  };
}
