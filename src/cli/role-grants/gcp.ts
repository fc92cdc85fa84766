import { quoted } from '../quoted.ts';
import type { RoleGrant } from './contract.ts';

/**
 * The smallest role of Google Cloud itself that may replace objects, as exports replace `.permissioncheck`: `roles/storage.objectCreator` may not,
 * so only the first export would succeed.
 * Source: https://cloud.google.com/storage/docs/access-control/iam-roles
 */
const WRITER = 'roles/storage.objectUser';

/** Returns the binding with which a service account may write to a bucket. */
export function gcpGrant(wanted: {
  readonly roleId: string;
  readonly bucketName: string;
  /** Its e-mail address. */
  readonly serviceAccount: string;
}): RoleGrant {
  const { roleId, bucketName, serviceAccount } = wanted;
  const member = `serviceAccount:${serviceAccount}`;
  return {
    documents: [
      {
        name: 'binding',
        title: 'The binding in the policy of the bucket',
        json: { role: WRITER, members: [member] },
      },
    ],
    commands: [
      `gcloud storage buckets add-iam-policy-binding ${quoted(`gs://${bucketName}`)} --member ${quoted(member)} --role ${WRITER}`,
    ],
    commandsTitle: 'With the gcloud CLI, in the project of the bucket',
    next: `longshore bucket create ${quoted(bucketName)} --provider GCP --role ${roleId}`,
  };
}
