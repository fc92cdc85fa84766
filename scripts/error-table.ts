import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { ApiError } from '../src/http/api-error.ts';

// Writes docs/errors.md from the errors that the program defines. `--check` compares instead, and ends with 1 on a difference.

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const TABLE_FILE = path.join(ROOT, 'docs', 'errors.md');

/** When each errorCode is answered. A code that is missing here, or is no code any more, is an error. */
const MEANINGS: Readonly<Record<string, string>> = {
  BAD_REQUEST: 'What arrived is not HTTP, or a body is cut short. The connection is closed.',
  CANNOT_CLOSE_GROUP_ACTIVE_ATLAS_CLUSTERS: 'DELETE of a project that still has clusters.',
  GROUP_ALREADY_EXISTS: 'A project of that name exists in the organization.',
  GROUP_NAME_NOT_FOUND: 'No project of that name that the caller may see.',
  GROUP_NOT_FOUND: 'A well-formed project id that belongs to no project.',
  INVALID_ATTRIBUTE: 'The body has an attribute that the operation does not know, or a value that is out of range.',
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
  MISSING_ATTRIBUTE: 'A required attribute is not in the body.',
  PATH_PARAM_PARSE_ERROR: 'v2: an id in the path is not 24 lower-case hex digits, or the path cannot be decoded.',
  PAYLOAD_TOO_LARGE: 'The body is larger than the server takes.',
  RATE_LIMITED_TOKEN_BUCKET:
    'Too many requests; the header Retry-After says when to ask again. `--rate-limits off` turns this off.',
  REQUEST_HEADER_FIELDS_TOO_LARGE: 'The headers are larger than the server takes.',
  REQUEST_TIMEOUT: 'The client was too slow to send its request.',
  RESOURCE_NOT_FOUND: 'There is no such path.',
  UNEXPECTED_ERROR: 'A defect of the server; its log has the cause under the request id.',
  UNSUPPORTED_MEDIA_TYPE: 'The Content-Type of the body is not JSON in UTF-8.',
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

This table is made by \`node scripts/error-table.ts\` from the errors that the program defines.
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

/** The committed page. */
export const committedErrorTable = (): string => readFileSync(TABLE_FILE, 'utf8');

if (import.meta.main) {
  const { page, problems } = await errorTable();
  for (const problem of problems) console.error(problem);
  if (!process.argv.includes('--check')) writeFileSync(TABLE_FILE, page);
  else if (page !== committedErrorTable()) {
    console.error('docs/errors.md is not what scripts/error-table.ts makes');
    process.exitCode = 1;
  }
  if (problems.length > 0) process.exitCode = 1;
}
