import type { JsonObject } from '../kernel/json.ts';

/** What the owner of a bucket has to create in AWS. */
export interface IamPolicies {
  readonly trustPolicy: JsonObject;
  readonly permissionPolicy: JsonObject;
  /** Calls of the AWS CLI that create the IAM role. */
  readonly commands: readonly string[];
}

const VERSION = '2012-10-17';

/** Returns the policies of an IAM role through which Longshore exports to a bucket, with no more rights than it needs. */
export function iamPolicies(wanted: {
  readonly bucketName: string;
  readonly iamRoleName: string;
  /** The account that assumes the role. */
  readonly accountArn: string;
  readonly externalId: string;
}): IamPolicies {
  const { bucketName, iamRoleName, accountArn, externalId } = wanted;
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
    trustPolicy,
    permissionPolicy,
    commands: [
      `aws iam create-role ${role} --assume-role-policy-document ${quoted(JSON.stringify(trustPolicy))}`,
      `aws iam put-role-policy ${role} --policy-name longshore-export --policy-document ${quoted(JSON.stringify(permissionPolicy))}`,
    ],
  };
}

/** Quotes a text for a POSIX shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
