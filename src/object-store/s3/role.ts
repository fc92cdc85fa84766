import { randomUUID } from 'node:crypto';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient, type STSClientConfig } from '@aws-sdk/client-sts';
import { AppError, messageOf } from '../../kernel/errors.ts';
import type { AwsIdentity, IamRole } from '../contract.ts';
import { knownOf, PreparationFailed } from './errors.ts';
import { httpHandler } from './http.ts';

type Credentials = Exclude<NonNullable<STSClientConfig['credentials']>, (...given: never[]) => unknown>;

function stsClient(region: string): STSClient {
  return new STSClient({ region, requestHandler: httpHandler, maxAttempts: 1 });
}

/**
 * Returns a provider of the temporary credentials of an IAM role. The S3 client keeps them in memory, and asks for new ones five
 * minutes before they expire, so an export may last longer than a session. They are stored nowhere.
 * @throws PreparationFailed
 */
export function roleCredentials(role: IamRole, region: string): () => Promise<Credentials> {
  const sts = stsClient(region);
  return () => assumeRole(sts, role);
}

/** @throws PreparationFailed */
async function assumeRole(sts: STSClient, role: IamRole): Promise<Credentials> {
  try {
    const { Credentials: issued } = await sts.send(
      new AssumeRoleCommand({ RoleArn: role.arn, ExternalId: role.externalId, RoleSessionName: 'longshore' }),
    );
    const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = issued ?? {};
    if (!AccessKeyId || !SecretAccessKey || !SessionToken || !Expiration) throw new Error('no credentials came');
    return {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      sessionToken: SessionToken,
      expiration: Expiration,
    };
  } catch (thrown) {
    throw new PreparationFailed('role', thrown);
  }
}

/** Asks STS whose credentials this process has. @throws AppError */
export async function openAwsIdentity(region: string): Promise<AwsIdentity> {
  const sts = stsClient(region);
  return {
    accountArn: await askAccount(sts),
    async tryRole(role) {
      await assume(sts, role);
      return { takesAnyExternalId: await isAssumable(sts, { ...role, externalId: randomUUID() }) };
    },
  };
}

async function askAccount(sts: STSClient): Promise<string> {
  try {
    const { Account, Arn } = await sts.send(new GetCallerIdentityCommand({}));
    const partition = Arn?.split(':')[1];
    if (Account === undefined || partition === undefined) throw new Error('the answer has no account');
    return `arn:${partition}:iam::${Account}:root`;
  } catch (thrown) {
    throw stsFailure('asking STS for the account of Longshore (sts:GetCallerIdentity)', thrown);
  }
}

async function assume(sts: STSClient, role: IamRole): Promise<void> {
  try {
    await assumeRole(sts, role);
  } catch (thrown) {
    throw stsFailure(`assuming ${role.arn} (sts:AssumeRole)`, thrown);
  }
}

/** Returns false if the role refuses. @throws AppError if STS does not say. */
async function isAssumable(sts: STSClient, role: IamRole): Promise<boolean> {
  try {
    await assume(sts, role);
    return true;
  } catch (thrown) {
    if (thrown instanceof AppError && thrown.code === 'OBJECT_STORE_ROLE_REFUSED') return false;
    throw thrown;
  }
}

function stsFailure(what: string, thrown: unknown): AppError {
  const known = knownOf(thrown);
  const cause = thrown instanceof PreparationFailed ? thrown.cause : thrown;
  return new AppError({
    code: known?.code ?? 'STS_FAILED',
    message: `${what} failed: ${known?.reason ?? messageOf(cause)}`,
    hint: known?.hint ?? 'Check that this machine reaches STS of AWS, then try again.',
    transient: known?.transient ?? true,
    cause,
  });
}
