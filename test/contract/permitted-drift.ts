/** A deliberate difference between an OpenAPI document and Atlas's operations. The expression matches lines of `differences`. */
export interface PermittedDrift {
  readonly difference: RegExp;
  readonly because: string;
}

/** The operations of Atlas that are no operations of the documents. */
export const ABSENT: readonly (readonly [id: string, because: string])[] = [
  ['listControlPlaneIpAddresses', 'it is served without credentials, beside the operations'],
  ['getDefaultMongoDBMajorVersion', 'it is served without credentials, beside the operations'],
  ['getServiceVersion', 'it is served without credentials, beside the operations'],
  ['postTelemetryUnauth', 'it is served without credentials, beside the operations'],
  ['createOAuthToken', 'it is the token URL of the security scheme'],
  ['revokeOAuthToken', 'it is no operation of the Administration API'],
];

const NO_DEDICATED_FEATURE = 'no deployment here has what the parameter chooses, and unknown parameters are ignored';

export const PERMITTED: readonly PermittedDrift[] = [
  // Parameters
  { difference: /query (pretty|envelope): is not in Atlas$/, because: 'Atlas takes the forms of answers everywhere' },
  { difference: /query (pageNum|itemsPerPage|includeCount): is not in Atlas$/, because: 'every list has pages' },
  { difference: /query pageNum maximum: /, because: 'a larger number would not be a safe integer' },
  {
    difference: /path (ipAddress|entryValue) pattern: /,
    because: 'the path of an entry may also be that of a block, which Atlas expresses in its pattern only for IPv4',
  },
  {
    difference: /path \w+ pattern: undefined in Atlas, /,
    because: 'no resource has a name with control characters, and ids have a form',
  },
  { difference: /query ipAddress pattern: /, because: 'the address is parsed, which no pattern can do' },
  { difference: /query retainBackups default: undefined /, because: 'Atlas keeps no backups by default, either' },
  { difference: /query providers type: array/, because: 'a single provider is read' },
  { difference: /header Use-Effective-/, because: 'nothing here scales by itself, so both forms are the same' },
  {
    difference:
      /(listGroupClusters|listGroupClusterBackupSnapshots|list\w+ServiceAccounts|listGroupUsers|\w+RateLimits?) query \w+: is not here$/,
    because: NO_DEDICATED_FEATURE,
  },
  {
    difference: /^(updateGroupApiKeyRoles|\w+FlexCluster\w*) query (pageNum|itemsPerPage|includeCount): is not here$/,
    because: 'the answer is no list',
  },
  // Statuses
  {
    difference: /^(createGroup|createGroupAccessListEntry) \S+ status: 200 in Atlas, 201 here$/,
    because: 'Atlas was recorded so',
  },
  { difference: /^deleteGroup \S+ status: 204 in Atlas, 202 here$/, because: 'Atlas was recorded so' },
  { difference: /FlexCluster\w* \S+ status: 200 in Atlas, none here$/, because: 'no cluster here is a flex cluster' },
  { difference: / errors: (402|405|409) is not here$/, because: 'the operation has no such error here' },
  {
    difference: /^(listGroups|listOrgs) errors: 404 is not here$/,
    because: 'the path names nothing that may be missing',
  },
  // Requests
  {
    difference: / request (strict|ifExists|oplogReplay): is not in Atlas$/,
    because: "the attribute is Longshore's own",
  },
  {
    difference: /Cluster \S+ request .*(effective|links\[\]\.).*: is not in Atlas$/i,
    because: 'clients send read-only attributes back',
  },
  {
    difference: / request (replicationSpecs\[\]\.regionConfigs\[\]\.)?(analytics|readOnly)Specs\./,
    because: 'the facts name no attribute of these machines, which are like the electable ones',
  },
  {
    difference: / request gcpServiceAccountForAtlas: is not in Atlas$/,
    because: 'clients send read-only attributes back',
  },
  {
    difference: /Schedule \S+ request links\[\]\.\w+: is not in Atlas$/,
    because: 'clients send read-only attributes back',
  },
  {
    difference: / request deleteCopiedBackups\[\]\.replicationSpecId: is not in Atlas$/,
    because: 'older clients send it',
  },
  { difference: / request isAtlasHomePageAiAssistantEnabled: is not in Atlas$/, because: 'Atlas was recorded with it' },
  { difference: / request replicationFactor: is integer in Atlas, number here$/, because: 'the values are listed' },
  {
    difference: /^createGroupBackupExportBucket 2023-01-01 request cloudProvider: /,
    because: 'the version knows AWS only',
  },
  {
    difference: / request (customData|extraRetentionSettings)\[\]\.\w+: is required only here$/,
    because: 'an entry without one of its attributes has no meaning',
  },
  {
    difference: /^createOrg \S+ request federationSettingsId\b/,
    because: 'there are no federations here',
  },
  // Answers
  {
    difference: /^(listGroupTeams|listGroupUsers|listGroupFlexClusters) \S+ response results\[\]\./,
    because: 'the list is always empty',
  },
  {
    difference: /^getGroupBackupCompliancePolicy \S+ response .*: is required in Atlas/,
    because: 'a project without a policy has an empty document',
  },
  {
    difference: /BackupCompliancePolicy \S+ response \w+(\[\])?\.frequencyType: /,
    because: 'both kinds of policy items have one schema',
  },
  {
    difference: /ExportBuckets? \S+ response (results\[\]\.)?(iamRoleId|roleId|serviceUrl|tenantId): /,
    because: 'a bucket of any cloud can be read in every version',
  },
  {
    difference: / response copySettings\[\]\.zoneId: is required in Atlas/,
    because: 'a setting that 2023-01-01 made may have no zone',
  },
  {
    difference: / response export\.frequencyType: daily,weekly is not in Atlas$/,
    because: 'the documentation of Atlas has four frequencies',
  },
  {
    difference: / response (results\[\]\.)?frequencyType: ondemand is not in Atlas$/,
    because: 'Atlas was recorded so',
  },
  {
    difference:
      / response (effectiveDatabaseEdition|targetDeploymentItemName|isAtlasHomePageAiAssistantEnabled): is not in Atlas$/,
    because: 'Atlas was recorded with it',
  },
  {
    difference: /^getSystemStatus \S+ response apiKey\.accessList\[\]\.ipAddress: /,
    because: 'an entry may be a block',
  },
];

/** The deliberate differences that only v1.0 has. Those of v2 are permitted in it, too. */
export const PERMITTED_V1: readonly PermittedDrift[] = [
  {
    difference: /^createGroupBackupExportBucket \S+ request cloudProvider: AZURE,GCP is refused here$/,
    because: 'v1.0 knows AWS only',
  },
  {
    difference: /^createGroupBackupExportBucket \S+ request requirePrivateNetworking: is not taken here$/,
    because: 'the documentation of v1.0 does not have it',
  },
  {
    difference: /^createGroupBackupExportBucket \S+ (request _id|response (id|projectId)): is not in Atlas$/,
    because: 'the documentation of v1.0 has them in the answer, and clients send read-only attributes back',
  },
  {
    difference: /GroupClusterBackupExport \S+ response errMsg: is not in Atlas$/,
    because: 'the clients of v1.0 read the reason of a failure there',
  },
  {
    difference: /^(createGroupClusterBackup\w+|takeGroupClusterBackupSnapshots) client \w+: is not taken here$/,
    because: 'the type of the client is that of the answer, too, and it leaves out what the request does not have',
  },
  {
    difference: /^createGroupCloudProviderAccess client iamAssumedRoleArn: is not taken here$/,
    because: 'the type of the client is also that of PATCH',
  },
  {
    difference: /^createOrg client federationSettingsId: is not taken here$/,
    because: 'organizations start with an API key here',
  },
];
