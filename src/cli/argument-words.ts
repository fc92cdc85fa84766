/** The arguments of the commands by the attributes and query parameters that they are sent as. */
const ARGUMENTS: Readonly<Record<string, string>> = {
  bucketName: 'the name of the bucket',
  delaySeconds: 'the duration',
  desc: '--description',
  description: '--description',
  exportBucketId: '--bucket',
  iamAssumedRoleArn: '--arn',
  iamRoleId: '--role',
  ifExists: '--if-exists',
  name: 'the name',
  oplogInc: '--point-in-time',
  oplogReplay: '--oplog-replay',
  oplogTs: '--point-in-time',
  pointInTimeUTCSeconds: '--point-in-time',
  retentionInDays: '--retention-days',
  roleId: '--role',
  roles: '--role',
  serviceUrl: '--service-url',
  snapshotId: '--snapshot',
  url: 'the URL',
  'mongodb.bytesPerSecond': '--read-rate',
  'mongodb.uri': 'the connection string',
  'mongodump.archive': '--archive',
  'mongodump.database': '--database',
  'mongodump.directory': '--mongodump',
};

/** What the server says with these codes is about the attribute that is the first of its parameters. */
const ABOUT_ATTRIBUTES = new Set([
  'INVALID_ATTRIBUTE',
  'INVALID_ENUM_VALUE',
  'INVALID_JSON_ATTRIBUTE',
  'INVALID_QUERY_PARAMETER',
  'MISSING_ATTRIBUTE',
]);

/** Says a refusal in the words of the command line; undefined if it is not about an argument. */
export function inWordsOfArguments(code: string, parameters: readonly unknown[]): string | undefined {
  const [attribute] = parameters;
  if (!ABOUT_ATTRIBUTES.has(code) || typeof attribute !== 'string') return undefined;
  const argument = ARGUMENTS[attribute];
  if (argument === undefined) return undefined;
  return code === 'MISSING_ATTRIBUTE' ? `${argument} is missing` : `the server does not take the value of ${argument}`;
}
