import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { ApiError } from '../src/http/api-error.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const TABLE_FILE = path.join(ROOT, 'docs', 'errors.md');

/** When each errorCode is answered. A code that is missing here, or is no code any more, is an error. */
const MEANINGS: Readonly<Record<string, string>> = {
  API_KEY_NOT_FOUND: 'A well-formed id of an API key that is not in the organization or project.',
  ARCHIVE_NOT_SENT: 'POST of a snapshot of a cluster whose archives are sent with each snapshot, without an archive.',
  BAD_REQUEST:
    'What arrived is not HTTP, or a body is cut short. Also, with `badRequestDetail` and another detail: a role that does not exist.',
  CANNOT_ASSUME_ROLE:
    'The bucket cannot be written with that role: the permission check failed. The detail and the log say why.',
  CANNOT_CLOSE_GROUP_ACTIVE_ATLAS_CLUSTERS: 'DELETE of a project that still has clusters.',
  CANNOT_DELETE_IN_PROGRESS_SNAPSHOT: 'DELETE of a snapshot that is still being taken.',
  CANNOT_MODIFY_IN_PROGRESS_SNAPSHOT_RETENTION: 'PATCH of a snapshot that is still being taken.',
  CANNOT_REMOVE_LAST_ORG_OWNER_KEY: 'DELETE or PATCH of the last key that owns its organization.',
  CANNOT_USE_NON_FLEX_CLUSTER_IN_FLEX_API:
    'A path below flexClusters with the name of a registered cluster: none of them is a flex cluster.',
  CLOUD_PROVIDER_ACCESS_ROLE_IN_USE: 'DELETE of a role that export buckets use.',
  CLOUD_PROVIDER_ACCESS_ROLE_NOT_AUTHORIZED: 'POST of an export bucket with a role that was not authorized.',
  CLOUD_PROVIDER_ACCESS_ROLE_NOT_FOUND: 'A well-formed id of a role that is not in the project.',
  CLUSTER_NAME_INVALID: 'The name of a cluster to be registered is none that Atlas takes.',
  CLUSTER_NOT_FOUND: 'No cluster of that name is registered in the project.',
  DUPLICATE_CLUSTER_NAME: 'A cluster of that name is registered in the project already.',
  EXPORT_BUCKET_DELETE_FAILED_BUCKET_IN_USE: 'DELETE of a bucket that an unfinished export writes to.',
  EXPORT_BUCKET_NAME_INVALID: 'The name is none that S3 takes for a bucket.',
  EXPORT_BUCKET_NOT_FOUND: 'A well-formed id of an export bucket that is not in the project.',
  EXPORT_JOB_NOT_FOUND: 'A well-formed id of an export job that is not of the cluster.',
  GROUP_ALREADY_EXISTS: 'A project of that name exists in the organization.',
  GROUP_NAME_NOT_FOUND: 'No project of that name that the caller may see.',
  GROUP_NOT_FOUND: 'A well-formed project id that belongs to no project.',
  INSUFFICIENT_STORAGE:
    'The disk under the data directory or under the bucket is full, or its quota used up. Reading goes on. Once there is space, so does writing, without a restart.',
  INVALID_ARCHIVE:
    'What was sent for a snapshot is no whole archive of mongodump; the detail says where it ends or differs.',
  INVALID_ATTRIBUTE: 'The body has an attribute that the operation does not know, or a value that is out of range.',
  INVALID_CLUSTER_CONFIGURATION:
    'The source of a cluster cannot be read, or a request wants a deployment made or changed.',
  INVALID_ENUM_VALUE: 'A text that is none of those allowed; they are told apart by case.',
  INVALID_GROUP_ID: 'v1.0: the project id in the path is not 24 lower-case hex digits.',
  INVALID_JSON: 'The body is JSON, and not an object (or not the list that is wanted).',
  INVALID_JSON_ATTRIBUTE: 'A value of the wrong type, or an id that is not 24 lower-case hex digits.',
  INVALID_KEY_ID: 'v1.0: the API key id in the path is not 24 lower-case hex digits.',
  INVALID_ORG_ID: 'v1.0: the organization id in the path is not 24 lower-case hex digits.',
  INVALID_PATH_PARAMETER: 'v1.0: another id in the path is not 24 lower-case hex digits.',
  INVALID_QUERY_PARAMETER: 'A query parameter has a value that is not allowed.',
  INVALID_SNAPSHOT_ID: 'v1.0: the snapshot id in the path is not 24 lower-case hex digits.',
  INVALID_VERSION_DATE: 'v2: the Accept header asks for no dated media type, or for a date before the first version.',
  MALFORMED_JSON: 'The body is not JSON in UTF-8, has an attribute twice, or is nested too deeply.',
  METHOD_NOT_ALLOWED: 'The path exists, and not with this method; the header Allow says with which.',
  MISSING_API_KEY_ROLES: 'An API key with an empty list of roles.',
  MISSING_ATTRIBUTE: 'A required attribute is not in the body.',
  ORG_NOT_EMPTY: 'DELETE of an organization that still has projects.',
  ORG_NOT_FOUND: 'A well-formed id of an organization that does not exist.',
  PATH_PARAM_PARSE_ERROR: 'v2: an id in the path is not 24 lower-case hex digits, or the path cannot be decoded.',
  PAYLOAD_TOO_LARGE: 'The body is larger than the server takes.',
  RATE_LIMITED_TOKEN_BUCKET:
    'Too many requests; the header Retry-After says when to ask again. `--rate-limits off` turns this off.',
  REQUEST_HEADER_FIELDS_TOO_LARGE: 'The headers are larger than the server takes.',
  REQUEST_TIMEOUT: 'The client was too slow to send its request.',
  RESOURCE_NOT_FOUND: 'There is no such path.',
  SERVICE_UNAVAILABLE:
    'The disk under the data directory is read-only or reports I/O errors; the log says which. Once it works, requests are answered again, without a restart.',
  SNAPSHOT_EXPORT_IN_PROGRESS:
    'The snapshot has an unfinished export: it can be neither exported again nor deleted meanwhile.',
  SNAPSHOT_NOT_COMPLETED: 'POST of an export of a snapshot that is not completed.',
  SNAPSHOT_NOT_FOUND: 'A well-formed id of a snapshot that is not of the cluster.',
  UNEXPECTED_ERROR: 'A defect of the server; its log has the cause under the request id.',
  UNFINISHED_ON_DEMAND_SNAPSHOT: 'POST of a snapshot while the cluster has one that is queued or in progress.',
  UNSUPPORTED_MEDIA_TYPE:
    'The Content-Type of the body is not JSON in UTF-8, or not application/octet-stream where an archive is taken. Or the body is compressed.',
  URI_TOO_LONG: 'Path and query are longer than the server takes.',
  USER_UNAUTHORIZED:
    'The API key has none of the roles that the operation needs. Atlas answers 401, and so does Longshore; there is no challenge.',
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

/** Every error that a module of the program's sources exports. */
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
code stands in the header \`X-Error-Code\`, too. \`{0}\`, \`{1}\` … are the \`parameters\`. Refused credentials are answered with a 401
that carries a Digest challenge, the code \`UNEXPECTED_ERROR\` and no \`parameters\`.

This table is made by \`npm run generate\` from the errors that the program defines.
`;

/** The page, and what is wrong with the meanings. */
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

/** docs/errors.md from the errors that the program defines. @throws if a code has no meaning, or a meaning no code. */
export async function errorPage(): Promise<string> {
  const { page, problems } = await errorTable();
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return page;
}

/** The committed page. */
export const committedErrorTable = (): string => readFileSync(TABLE_FILE, 'utf8');
