import { Type, type TSchema } from 'typebox';
import { isId } from '../kernel/ids.ts';
import type { ApiError } from './api-error.ts';
import {
  invalidGroupId,
  invalidKeyId,
  invalidOrgId,
  invalidPathParameter,
  invalidSnapshotId,
  pathParameterMalformed,
} from './errors.ts';
import { IdSchema } from './schemas.ts';
import { isOldApi, type Api } from './versions.ts';

/** The errors for malformed ids in the old API. Other ids get `INVALID_PATH_PARAMETER`. */
const V1_ERRORS: Readonly<Record<string, (id: string) => ApiError>> = {
  groupId: invalidGroupId,
  orgId: invalidOrgId,
  apiUserId: invalidKeyId,
  snapshotId: invalidSnapshotId,
};

// Dot segments, which a client may percent-encode, and names with control characters. No resource has such a name.
const HOSTILE = /^\.{1,2}$|[\u0000-\u001f\u007f]/;

/** The ids that have a form of their own: those of service accounts, and of rate limit sets, which are their names. */
const OTHER_FORMS: Readonly<Record<string, RegExp>> = {
  clientId: /^mdb_sa_id_[a-fA-F0-9]{24}$/,
  endpointSetId: /./,
};

/** The parameters that name clusters, which have names of one form. Another name is that of no cluster. */
const CLUSTER_NAMES = ['clusterName', 'name'];

/** Returns the schema of a path parameter for the OpenAPI document. */
export function parameterSchema(name: string): TSchema {
  const form = OTHER_FORMS[name];
  if (form !== undefined) return Type.String({ pattern: form.source });
  if (name.endsWith('Id')) return IdSchema;
  return Type.String({
    pattern: CLUSTER_NAMES.includes(name) ? '^[a-zA-Z0-9][a-zA-Z0-9-]*$' : '^[^\\u0000-\\u001f\\u007f]+$',
  });
}

/**
 * Checks decoded path parameters. A parameter named `…Id` must be an id, or have the form of OTHER_FORMS.
 * @param path the request's path, for the error
 * @throws ApiError
 */
export function checkPathParameters(api: Api, path: string, parameters: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(parameters)) {
    if (value === '' || HOSTILE.test(value)) throw pathParameterMalformed(path);
    if (!name.endsWith('Id') || (OTHER_FORMS[name]?.test(value) ?? isId(value))) continue;
    throw isOldApi(api) ? (V1_ERRORS[name]?.(value) ?? invalidPathParameter(name)) : pathParameterMalformed(path);
  }
}
