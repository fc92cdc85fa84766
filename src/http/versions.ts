import { remember } from '../kernel/remember.ts';
import { parseAccept } from './accept.ts';
import { invalidVersionDate } from './errors.ts';
import type { Operation, OperationVersion } from './operation.ts';

/** The beginning of every path of the API. */
export const API_PREFIX = '/api';

/** The base path of each API. */
export const API_BASE_PATHS = {
  'v1.0': '/api/atlas/v1.0',
  'v1.5': '/api/atlas/v1.5',
  v2: '/api/atlas/v2',
  longshore: '/api/longshore/v1',
  private: '/api/private',
} as const;

export type Api = keyof typeof API_BASE_PATHS;

export const APIS = ['v1.0', 'v1.5', 'v2', 'longshore', 'private'] as const satisfies readonly Api[];

/** Whether an API is Atlas's from before v2. v1.5 is v1.0 with the clusters of 2023-02-01. */
export const isOldApi = (api: Api): boolean => api === 'v1.0' || api === 'v1.5';

const DATED_TYPE = /^application\/vnd\.atlas\.(\d{4}-\d{2}-\d{2})\+json$/;
/** The headers that are parsed once. Each client sends its own. */
const MAX_ACCEPT_HEADERS = 100;
const PREVIEW_TYPE = 'application/vnd.atlas.preview+json';

/** Returns the versions of an operation that an API serves, oldest first. */
export function versionsOf(api: Api, versions: readonly OperationVersion[]): readonly OperationVersion[] {
  const mine = versions.filter(({ version }) => apiOf(version) === api);
  return mine.toSorted((a, b) => (a.version < b.version ? -1 : 1));
}

/** Returns the operations of which an API has a version. */
export function servedBy(api: Api, operations: readonly Operation[]): readonly Operation[] {
  return operations.filter(({ versions }) => versionsOf(api, versions).length > 0);
}

function apiOf(version: OperationVersion['version']): Api {
  if (version === 'v1.0' || version === 'v1.5' || version === 'private') return version;
  return version === 'longshore-v1' ? 'longshore' : 'v2';
}

/**
 * Chooses the version that answers a request. In v2 it is the newest version that is not later than the requested date, or the
 * preview if that is requested. The other APIs have one version, and ignore Accept.
 * @param versions the versions of one API, oldest first, at least one.
 * @throws ApiError `INVALID_VERSION_DATE` (406) if a v2 request accepts no dated media type, or only dates before all versions.
 */
export function chooseVersion<Version extends Pick<OperationVersion, 'version'>>(
  api: Api,
  versions: readonly Version[],
  accept: string | undefined,
): Version {
  const candidates = api === 'v2' ? datedCandidates(versions, accept ?? '') : versions;
  const chosen = candidates.at(-1);
  if (chosen === undefined) throw invalidVersionDate();
  return chosen;
}

// Returns the versions that the first media range with any permits.
function datedCandidates<Version extends Pick<OperationVersion, 'version'>>(
  versions: readonly Version[],
  accept: string,
): readonly Version[] {
  for (const wanted of acceptedVersions(accept)) {
    const candidates = versions.filter(({ version }) =>
      wanted === 'preview' ? version === 'preview' : version !== 'preview' && version <= wanted,
    );
    if (candidates.length > 0) return candidates;
  }
  return [];
}

/** Returns the dates of an Accept header and `preview`, highest quality first. */
const acceptedVersions = remember(MAX_ACCEPT_HEADERS, (accept) =>
  parseAccept(accept).flatMap(({ type, quality }) => {
    const wanted = type === PREVIEW_TYPE ? 'preview' : DATED_TYPE.exec(type)?.[1];
    if (quality === 0 || wanted === undefined) return [];
    return wanted === 'preview' || isCalendarDate(wanted) ? [wanted] : [];
  }),
);

function isCalendarDate(date: string): boolean {
  const time = Date.parse(`${date}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(date);
}

/** Returns the media type of the documents of a version. */
export function mediaType(version: OperationVersion['version']): string {
  return apiOf(version) === 'v2' ? `application/vnd.atlas.${version}+json` : 'application/json';
}

/** Returns the Content-Type of a success. */
export function contentType(version: OperationVersion['version']): string {
  return apiOf(version) === 'v2' ? `${mediaType(version)};charset=utf-8` : mediaType(version);
}

/** Returns the headers Deprecation and Sunset of a superseded version. */
export function supersededHeaders(version: OperationVersion): Readonly<Record<string, string>> {
  return { ...version.superseded };
}
