import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { ApiError } from '../src/http/api-error.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const TABLE_FILE = path.join(ROOT, 'docs', 'errors.md');

/** When each errorCode is answered. A code without an entry is an error, and so is an entry without a code. */
const MEANINGS: Readonly<Record<string, string>> = {
  ACCESS_LIST_FULL: 'POST of more entries than an access list may have. The detail names the limit.',
  ADDRESS_ALREADY_IN_ACCESS_LIST: 'POST of an entry that the access list of a key already has.',
  ADDRESS_NOT_IN_ACCESS_LIST: 'The access list of a key has no entry for this address or block.',
  API_KEY_ACCESS_LIST_ACCESS_DENIED:
    'POST or DELETE on the access list of another key, without the role ORG_OWNER. Send it with that key, or with one that has the role.',
  API_KEY_NOT_FOUND: 'The organization or project has no API key with this well-formed id.',
  ARCHIVE_NOT_SENT: 'POST of a snapshot without an archive, for a cluster that is registered with `--archive -`.',
  BACKUP_CONFIG_NOT_FOUND: 'The cluster has no backup schedule, or it was created without backups.',
  BACKUP_POLICIES_NOT_MEETING_BACKUP_COMPLIANCE_POLICY_REQUIREMENTS:
    'A schedule, or a new compliance policy, would keep less than the compliance policy of the project wants. The detail says what is missing.',
  BACKUP_PRIVATE_ENDPOINT_ALREADY_EXISTS: 'The project already has a backup private endpoint between these regions.',
  BACKUP_PRIVATE_ENDPOINT_NOT_FOUND: 'The project has no backup private endpoint with this well-formed id.',
  ATLAS_NETWORK_PERMISSION_ENTRY_NOT_FOUND: 'The IP access list of the project has no entry for this address or block.',
  BAD_REQUEST:
    'The request is not HTTP, or its body is incomplete. If the answer has `badRequestDetail`, the body names a role that does not exist.',
  CANNOT_ASSUME_ROLE:
    'The cloud provider does not let Longshore assume the role, or the bucket cannot be written with it. The detail and the log say why. The guide of the provider says what to do.',
  CANNOT_CLOSE_GROUP_ACTIVE_ATLAS_CLUSTERS: 'DELETE of a project that still has clusters.',
  CANNOT_CLOSE_GROUP_ACTIVE_BACKUP: 'DELETE of a project that has retained snapshots of deleted clusters.',
  CANNOT_CLOSE_GROUP_ACTIVE_BACKUP_COMPLIANCE_POLICY:
    'DELETE of a project whose compliance policy protects retained snapshots of deleted clusters.',
  CANNOT_DELETE_SNAPSHOT_WITH_BACKUP_COMPLIANCE_POLICY:
    'DELETE of a snapshot before it expires, in a project with a compliance policy.',
  CANNOT_DISABLE_BACKUP_COMPLIANCE_POLICY:
    'DELETE of the compliance policy of a project that has clusters, or retained snapshots of deleted ones. Delete the clusters first, and wait until the snapshots expire.',
  CANNOT_DELETE_IN_PROGRESS_SNAPSHOT: 'DELETE of a snapshot that is still being taken. Wait until it has ended.',
  CANNOT_MODIFY_IN_PROGRESS_SNAPSHOT_RETENTION:
    'PATCH of a snapshot that is still being taken. Wait until it has ended.',
  CANNOT_REMOVE_CALLER_FROM_ACCESS_LIST:
    'DELETE of the entry that lets the request itself in. Send the request from an address that another entry lets in.',
  CANNOT_REMOVE_LAST_ORG_OWNER_KEY: 'DELETE or PATCH of the last key that owns its organization.',
  CANNOT_TERMINATE_CLUSTER_WHEN_TERMINATION_PROTECTION_ENABLED: 'DELETE of a cluster with termination protection.',
  CANNOT_USE_NON_FLEX_CLUSTER_IN_FLEX_API:
    'A path below flexClusters names a registered cluster. Registered clusters are not flex clusters, so ask for it below `clusters`.',
  CLOUD_PROVIDER_ACCESS_ROLE_IN_USE: 'DELETE of a role that export buckets use.',
  CLOUD_PROVIDER_ACCESS_ROLE_NOT_AUTHORIZED: 'POST of an export bucket with a role that was not authorized.',
  CLOUD_PROVIDER_ACCESS_ROLE_NOT_FOUND: 'The project has no role with this well-formed id.',
  CLUSTER_ALREADY_REQUESTED_DELETION:
    'DELETE of a cluster that was deleted less than an hour ago, before a client has read its state. Nothing is left to do.',
  CLUSTER_NAME_INVALID: 'POST of a cluster with a name that Atlas does not allow.',
  CLUSTER_NOT_FOUND: 'The project has no registered cluster of that name.',
  DRILL_IN_PROGRESS: 'POST of a drill while another one of the cluster, or to the same scratch cluster, is running.',
  DRILL_NOT_FOUND: 'The cluster has no drill with this well-formed id.',
  DRILL_SCHEDULE_NOT_FOUND: 'GET of a schedule of drills that the cluster does not have. PUT sets one.',
  DRILL_TARGET_INVALID: 'POST of a drill to a cluster that is registered as a dump, or that is drilled itself.',
  DUPLICATE_CLUSTER_NAME:
    'The project already has a cluster of that name, or retained snapshots of a deleted one, and then the `explanation` says so. Choose another name.',
  ENDPOINT_SET_NOT_FOUND: 'No rate limit set has this id.',
  EVENT_NOT_FOUND: 'The organization or project has no event with this well-formed id.',
  EXPORT_BUCKET_DELETE_FAILED_BUCKET_IN_USE:
    'DELETE of a bucket that an unfinished export writes to, or that a schedule exports to. The `explanation` names the schedule. `longshore schedule update CLUSTER --no-export` ends its exports.',
  EXPORT_BUCKET_NAME_AMBIGUOUS:
    'POST of a restore of an export in a bucket, whose name several buckets of the project have. `longshore bucket list` shows their ids.',
  EXPORT_BUCKET_NAME_INVALID: 'The cloud provider does not allow the name for a bucket or container.',
  EXPORT_BUCKET_NOT_FOUND: 'The project has no export bucket with this well-formed id.',
  EXPORT_IS_COMPLETE:
    'DELETE of a successful export job with `objects=remove`. Longshore does not delete whole exports.',
  EXPORT_JOB_COMPLETING: 'The cancelling of an export job whose `.complete` may already be in the bucket.',
  EXPORT_JOB_HAS_ENDED: 'The cancelling of an export job that was successful or has failed.',
  EXPORT_JOB_IN_PROGRESS: 'DELETE of an export job that has not ended.',
  EXPORT_JOB_NOT_FOUND: 'The cluster has no export job with this well-formed id.',
  EXPORT_OBJECTS_UNREACHABLE:
    'The bucket refuses the listing or the removal of the objects of an export job. The `explanation` has the words of the bucket.',
  GROUP_ALREADY_EXISTS: 'The organization already has a project of that name.',
  GROUP_NAME_NOT_FOUND: 'The caller can see no project of that name.',
  GROUP_NOT_FOUND: 'No project has this well-formed id.',
  INSUFFICIENT_STORAGE:
    'The disk under the data directory or under the bucket is full, or its quota is used up. Reading still works. Writing works again without a restart when there is space.',
  INVALID_ARCHIVE: 'The archive that was sent for a snapshot is incomplete or damaged. The detail says where.',
  INVALID_ATTRIBUTE: 'The body has an attribute that the operation does not know, or a value that is out of range.',
  INVALID_BACKUP_POLICY: 'A schedule or a compliance policy is not one that Atlas takes. The detail says why.',
  INVALID_CLUSTER_CONFIGURATION:
    'The source of a cluster cannot be read, or Atlas refuses the configuration, or the server neither creates nor changes this deployment. The detail says why.',
  INVALID_ENUM_VALUE: 'The value is not one of the allowed texts. Case matters.',
  INVALID_GROUP_ID: 'v1.0: the project id in the path is not 24 lower-case hex digits.',
  INVALID_JSON: 'The body is JSON, but not an object (or not a list, for operations that take a list).',
  INVALID_JSON_ATTRIBUTE: 'An attribute has a value of the wrong type, or an id that is not 24 lower-case hex digits.',
  INVALID_KEY_ID: 'v1.0: the API key id in the path is not 24 lower-case hex digits.',
  INVALID_ORG_ID: 'v1.0: the organization id in the path is not 24 lower-case hex digits.',
  INVALID_PATH_PARAMETER: 'v1.0: another id in the path is not 24 lower-case hex digits.',
  INVALID_POLICY_ID:
    'PATCH of a schedule with the id of a policy that is not its own. GET of the schedule shows its id.',
  INVALID_POLICY_ITEM_ID:
    'PATCH of a schedule with the id of a policy item that it does not have. GET of the schedule shows their ids.',
  INVALID_QUERY_PARAMETER: 'A query parameter has a value that is not allowed.',
  INVALID_SNAPSHOT_ID: 'v1.0: the snapshot id in the path is not 24 lower-case hex digits.',
  INVALID_VERSION_DATE:
    'v2: the Accept header has no dated media type, or a date before the first version. Send a date of the operation, such as `application/vnd.atlas.2024-05-30+json`.',
  IP_ADDRESS_NOT_ON_ACCESS_LIST:
    'The caller has an access list, and the address of the client is not on it. The detail names the address that the server sees. If that is the address of a proxy, start the server with `--trusted-proxies`.',
  LIMIT_NOT_SET: 'GET of a limit that no client has set for the project.',
  MALFORMED_JSON: 'The body is not JSON in UTF-8, has an attribute twice, or is nested too deeply.',
  METHOD_NOT_ALLOWED: 'The path exists, but not with this method. The header Allow lists its methods.',
  MISSING_API_KEY_ROLES: 'POST or PATCH of an API key with an empty list of roles.',
  MISSING_ATTRIBUTE: 'The body lacks a required attribute.',
  NO_SUCCESSFUL_EXPORT: 'POST of a drill of a cluster that has no successful export. Export a snapshot of it first.',
  ORG_NOT_EMPTY: 'DELETE of an organization that still has projects.',
  ORG_NOT_FOUND: 'No organization has this well-formed id.',
  PATH_PARAM_PARSE_ERROR: 'v2: an id in the path is not 24 lower-case hex digits, or the path cannot be decoded.',
  PAYLOAD_TOO_LARGE: 'The body is larger than the server allows. The detail names the limit.',
  POINT_IN_TIME_RESTORE_NOT_AVAILABLE:
    'POST of a restore job of the type `pointInTime`: the snapshot has no oplog with that moment, or no snapshot of the cluster has one.',
  RATE_LIMITED: 'A service account asked for more tokens in a minute than `--token-rate-limit` allows.',
  RATE_LIMITED_TOKEN_BUCKET:
    'The caller has sent too many requests. The header Retry-After says when the next one is allowed. `--rate-limits off` removes the limit.',
  REQUEST_HEADER_FIELDS_TOO_LARGE: 'The headers are larger than the server allows.',
  REQUEST_TIMEOUT: 'The client was too slow to send its request.',
  RESOURCE_NOT_FOUND:
    'The path does not exist, or only Atlas has it. [Coming from Atlas](guides/from-atlas.md) lists the paths that answer.',
  RESOURCE_REQUIRES_ACCESS_LIST:
    'The organization requires access lists (`apiAccessListRequired`), and the caller has none.',
  RESTORE_JOB_FINISHED: 'DELETE of a restore job that has completed or failed, or whose download has expired.',
  RESTORE_JOB_NOT_FOUND: 'The cluster has no restore job with this well-formed id.',
  RESTORE_SOURCE_INVALID: 'POST of a restore of an export in a bucket, whose folder is no valid key.',
  RESTORE_SOURCE_NOT_FOUND:
    'POST of a restore whose source is neither in a bucket that is registered in the project nor an absolute path. `longshore bucket list` shows the buckets.',
  RESTORE_TARGET_IN_USE:
    'POST of a restore to a cluster, or DELETE of a cluster, to which another restore is in progress.',
  RESTORE_TARGET_INVALID: 'POST of a restore to a cluster that is registered as a dump.',
  SERVICE_ACCOUNT_NOT_FOUND: 'The organization or project has no service account with this client id.',
  SERVICE_ACCOUNT_SECRET_NOT_FOUND: 'The service account has no secret with this well-formed id.',
  SERVICE_UNAVAILABLE:
    'The disk under the data directory is read-only or reports I/O errors. The log says which. The server answers again without a restart when the disk works.',
  SNAPSHOT_COLLECTION_NOT_FOUND: 'The snapshot has no collection of that name in that database.',
  SNAPSHOT_DATABASE_NOT_FOUND: 'The snapshot has no database of that name.',
  SNAPSHOT_DRILL_IN_PROGRESS: 'DELETE of a snapshot with which a drill compares an export.',
  SNAPSHOT_EXPORT_IN_PROGRESS:
    'The snapshot has an unfinished export. Until its end the snapshot can be neither exported again nor deleted.',
  SNAPSHOT_HAS_NO_OPLOG:
    'POST of a restore job with `oplogReplay`, where the snapshot is not that of a dump with an oplog.',
  SNAPSHOT_NOT_COMPLETED:
    'POST of an export or a restore of a snapshot that is not completed. Wait until it is. If it has failed, take another one.',
  SNAPSHOT_NOT_FOUND: 'The cluster has no snapshot with this well-formed id.',
  SNAPSHOT_RETENTION_LESS_THAN_BACKUP_COMPLIANCE_POLICY:
    'POST or PATCH of a snapshot with a retention that the compliance policy of the project does not permit.',
  SNAPSHOT_RESTORE_IN_PROGRESS:
    'DELETE of a snapshot that is being restored, or that has expired and can still be downloaded.',
  UNEXPECTED_ERROR:
    'The server has a defect. Its log has the cause under the request id. Report the defect with these lines of the log.',
  UNFINISHED_ON_DEMAND_SNAPSHOT: 'POST of a snapshot while another snapshot of the cluster is queued or in progress.',
  UNSUPPORTED_MEDIA_TYPE:
    'The Content-Type of the body is not JSON in UTF-8 (for an archive: not application/octet-stream), or the body is compressed.',
  URI_TOO_LONG: 'Path and query are longer than the server allows. The detail names the limit.',
  USER_UNAUTHORIZED:
    'The API key has none of the roles that the operation needs. `x-roles` of [the OpenAPI document](guides/openapi.md) lists them. Longshore answers 401 without a challenge, because Atlas does.',
  TOO_MANY_WEBHOOKS: 'POST of a webhook to a project that has as many as are permitted. The detail names the limit.',
  WEBHOOK_ALREADY_EXISTS: 'POST of a webhook with a name that another one of the project has.',
  WEBHOOK_DELIVERY_NOT_FOUND: 'The webhook has no delivery with this well-formed id. Deliveries are kept for 30 days.',
  WEBHOOK_NOT_FOUND: 'The project has no webhook with this well-formed id.',
  WEBHOOK_URL_INVALID:
    'POST of a webhook with a URL that has credentials, is neither https nor http, or names a host that the operator does not permit. The detail says which.',
};

interface ErrorRow {
  readonly code: string;
  readonly status: number;
  /** `{0}` stands for the first of the parameters. */
  readonly detail: string;
}

type Factory = ((...parameters: readonly string[]) => unknown) & { readonly code: string; readonly status: number };

function isFactory(value: unknown): value is Factory {
  return typeof value === 'function' && 'code' in value && 'status' in value;
}

/** Collects the errors that the modules of the program export. */
async function definedErrors(): Promise<ErrorRow[]> {
  const sources = readdirSync(path.join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && file !== path.join('http', 'api-error.ts'))
    .filter((file) => /\bdefineError\(/.test(readFileSync(path.join(ROOT, 'src', file), 'utf8')));
  const rows: ErrorRow[] = [];
  for (const file of sources.sort()) {
    const exported = (await import(pathToFileURL(path.join(ROOT, 'src', file)).href)) as object;
    for (const factory of Object.values(exported).filter(isFactory)) {
      const error = factory(...Array.from({ length: 8 }, (_, index) => `{${index}}`));
      if (error instanceof ApiError) rows.push({ code: factory.code, status: factory.status, detail: error.message });
    }
  }
  return rows.sort((a, b) => (a.code === b.code ? a.status - b.status : a.code < b.code ? -1 : 1));
}

const HEAD = `# Errors

Every error of the API is Atlas's document: \`detail\`, \`error\` (the HTTP status), \`errorCode\`, \`parameters\` and \`reason\`, and the
header \`X-Error-Code\` repeats the code. \`{0}\`, \`{1}\` … are the \`parameters\`. Longshore adds an \`explanation\` where it knows more. The answer to refused credentials is a 401 with a
Digest challenge, the code \`UNEXPECTED_ERROR\` and no \`parameters\`: correct the public or the private key.

After a \`…_NOT_FOUND\`, look whether the id is there: GET of the list, or \`longshore … list\`, shows the ids of the project. Those of another
project need its \`--group-id\`. After a 409, the state that is named in the detail must change before the same request can succeed.

\`npm run generate\` makes this table from the errors that the program defines.
`;

/** Makes the page, and lists what is wrong with the meanings. */
export async function errorTable(): Promise<{ readonly page: string; readonly problems: readonly string[] }> {
  const rows = await definedErrors();
  const codes = new Set(rows.map(({ code }) => code));
  const problems = [
    ...[...codes]
      .filter((code) => !(code in MEANINGS))
      .map((code) => `${code} has no meaning in scripts/error-table.ts`),
    ...Object.keys(MEANINGS)
      .filter((code) => !codes.has(code))
      .map((code) => `${code} is explained in scripts/error-table.ts and defined nowhere`),
  ];
  const escape = (text: string) => text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
  const lines = rows.map(
    ({ code, status, detail }) => `| \`${code}\` | ${status} | ${escape(detail)} | ${escape(MEANINGS[code] ?? '')} |`,
  );
  const table = ['| errorCode | status | detail | when |', '| --- | --- | --- | --- |', ...lines].join('\n');
  const style = await resolveConfig(TABLE_FILE);
  return { page: await format(`${HEAD}\n${table}\n`, { ...style, parser: 'markdown' }), problems };
}

/** Makes docs/errors.md from the errors that the program defines. @throws Error if a code has no meaning, or a meaning no code. */
export async function errorPage(): Promise<string> {
  const { page, problems } = await errorTable();
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return page;
}

/** The committed page. */
export const committedErrorTable = (): string => readFileSync(TABLE_FILE, 'utf8');
