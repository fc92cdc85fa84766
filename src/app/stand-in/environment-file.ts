import { join } from 'node:path';
import { writePrivateFile } from '../private-file.ts';
import { profileFile, readProfile } from '../profile.ts';

const ENVIRONMENT_FILE = 'atlas.env';

/**
 * Writes the variables that Atlas's clients read, so that a CI job needs to parse no log. The file is complete when it is there.
 * Nothing is written if the profile was removed or shortened.
 * @returns the file; undefined if there is none.
 */
export function writeEnvironmentFile(dataDirectory: string, url: string): string | undefined {
  const { orgId, groupId, publicKey, privateKey, roleId } = readProfile(profileFile(dataDirectory)) ?? {};
  if (!orgId || !groupId || !publicKey || !privateKey || !roleId) return undefined;
  const variables: Readonly<Record<string, string>> = {
    LONGSHORE_URL: url,
    LONGSHORE_GROUP_ID: groupId,
    LONGSHORE_PUBLIC_KEY: publicKey,
    LONGSHORE_PRIVATE_KEY: privateKey,
    LONGSHORE_ROLE_ID: roleId,
    // The Atlas CLI wants the slash.
    MONGODB_ATLAS_OPS_MANAGER_URL: `${url}/`,
    MONGODB_ATLAS_BASE_URL: `${url}/`,
    MONGODB_ATLAS_PUBLIC_API_KEY: publicKey,
    MONGODB_ATLAS_PRIVATE_API_KEY: privateKey,
    MONGODB_ATLAS_PUBLIC_KEY: publicKey,
    MONGODB_ATLAS_PRIVATE_KEY: privateKey,
    MONGODB_ATLAS_ORG_ID: orgId,
    MONGODB_ATLAS_PROJECT_ID: groupId,
  };
  const file = join(dataDirectory, ENVIRONMENT_FILE);
  const lines = Object.entries(variables).map(([name, value]) => `${name}=${value}\n`);
  writePrivateFile(file, lines.join(''));
  return file;
}
