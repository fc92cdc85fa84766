import type { Profile } from '../app/profile.ts';
import { fold } from './fold.ts';
import type { Terminal } from './terminal.ts';

/** The curl command that a first start shows. The command grants access to a bucket for exporting snapshots. */
export function grantRequest(profile: Profile, bucketName: string): { readonly url: string; readonly body: string } {
  return {
    url: `${profile.url}/api/atlas/v1.0/groups/${profile.groupId}/backup/exportBuckets?pretty=true`,
    body: JSON.stringify({ iamRoleId: profile.roleId, bucketName, cloudProvider: 'AWS' }),
  };
}

/** What a first start made, as `--json` prints it. The private key is only in the profile, because output is often logged. */
export function firstStartDocument(
  profile: Profile,
  file: string,
): Omit<Profile, 'url' | 'privateKey'> & { readonly profile: string } {
  const { orgId, groupId, publicKey, roleId } = profile;
  return { orgId, groupId, publicKey, roleId, profile: file };
}

/**
 * Describes what a first start made and what to do next. The private key is shown on a terminal alone, because other output
 * may go to a log. Other output names the file that holds the key.
 */
export function credentialsText(terminal: Terminal, profile: Profile, file: string): string {
  const { url, body } = grantRequest(profile, 'example-bucket');
  const isTerminal = terminal.out.isTTY === true;
  const strong = (text: string): string => terminal.paint(terminal.out, 'bold', text);
  const made = 'An organization, a project, an API key and an authorized role were made.';
  const introduction = `${isTerminal ? `${made} The private key is shown this once:` : made}

  organization  ${profile.orgId}
  project       ${profile.groupId}
  public key    ${strong(profile.publicKey)}
  private key   ${isTerminal ? strong(profile.privateKey) : `in ${file}`}
  role          ${profile.roleId}

The other commands find them in ${file}.
To grant access to a bucket for exporting snapshots, paste:`;
  // The request stays whole, because a command that was folded cannot be pasted.
  return `${fold(introduction, terminal.out.columns)}

  curl --user "${profile.publicKey}:${isTerminal ? profile.privateKey : '{PRIVATE-KEY}'}" -X POST --digest \\
    --header "Accept: application/json" --header "Content-Type: application/json" \\
    "${url}" \\
    --data '${body}'

`;
}
