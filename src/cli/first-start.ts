import type { Profile } from '../app/profile.ts';
import type { Terminal } from './terminal.ts';

/** The curl command that a first start shows. The command grants access to a bucket for exporting snapshots. */
export function grantRequest(profile: Profile, bucketName: string): { readonly url: string; readonly body: string } {
  return {
    url: `${profile.url}/api/atlas/v1.0/groups/${profile.groupId}/backup/exportBuckets?pretty=true`,
    body: JSON.stringify({ iamRoleId: profile.roleId, bucketName, cloudProvider: 'AWS' }),
  };
}

/** Describes what a first start made and what to do next. No other output contains the private key. */
export function credentialsText(terminal: Terminal, profile: Profile, file: string): string {
  const { url, body } = grantRequest(profile, 'example-bucket');
  const strong = (text: string): string => terminal.paint(terminal.out, 'bold', text);
  return `An organization, a project, an API key and an authorized role were made. The private key is shown this once:

  organization  ${profile.orgId}
  project       ${profile.groupId}
  public key    ${strong(profile.publicKey)}
  private key   ${strong(profile.privateKey)}
  role          ${profile.roleId}

The other commands find them in ${file}.
To grant access to a bucket for exporting snapshots, paste:

  curl --user "${profile.publicKey}:${profile.privateKey}" -X POST --digest \\
    --header "Accept: application/json" --header "Content-Type: application/json" \\
    "${url}" \\
    --data '${body}'

`;
}
