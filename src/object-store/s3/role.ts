import { AssumeRoleCommand, STSClient, type STSClientConfig } from '@aws-sdk/client-sts';
import { httpHandler } from './http.ts';

/** STS refused the role, or did not answer. The cause says which. */
export class RoleNotAssumed extends Error {
  constructor(cause: unknown) {
    super('the role was not assumed', { cause });
    this.name = 'RoleNotAssumed';
  }
}

/**
 * Returns a provider of the temporary credentials of an IAM role. The S3 client keeps them in memory, and asks for new ones five
 * minutes before they expire, so an export may last longer than a session. They are stored nowhere.
 * @throws RoleNotAssumed
 */
export function roleCredentials(
  role: { readonly arn: string; readonly externalId: string },
  region: string,
): NonNullable<STSClientConfig['credentials']> {
  const sts = new STSClient({ region, requestHandler: httpHandler, maxAttempts: 1 });
  return async () => {
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
      throw new RoleNotAssumed(thrown);
    }
  };
}
