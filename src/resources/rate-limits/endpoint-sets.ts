import { Type } from 'typebox';
import {
  API_BASE_PATHS,
  openApiPath,
  RATE_LIMIT_INTERVAL_SECONDS,
  RATE_LIMITS,
  type Operation,
  type RateLimitSet,
} from '../../http/index.ts';
import type { JsonObject } from '../../kernel/json.ts';

/** What has its own bucket in a set. */
type Scope = 'GROUP' | 'ORGANIZATION' | 'USER';

interface SetFacts {
  /** Its name in the program, because Atlas's ids are not documented. */
  readonly id: RateLimitSet;
  readonly name: string;
  readonly scope: Scope;
}

const SETS: readonly SetFacts[] = [
  { id: 'cloudBackups', name: 'Cloud Backups', scope: 'GROUP' },
  { id: 'cloudProviderAccess', name: 'Cloud Provider Access', scope: 'GROUP' },
  { id: 'clusters', name: 'Clusters', scope: 'GROUP' },
  { id: 'groups', name: 'Projects', scope: 'GROUP' },
  { id: 'listOrgs', name: 'Organizations of a User', scope: 'USER' },
  { id: 'orgs', name: 'Organizations', scope: 'ORGANIZATION' },
  { id: 'orgSettings', name: 'Organization Settings', scope: 'ORGANIZATION' },
  { id: 'root', name: 'Root', scope: 'USER' },
];

/** Operations of v2 that share their limit. */
export interface EndpointSet extends SetFacts {
  readonly endpoints: readonly { readonly method: string; readonly path: string }[];
}

/** Groups operations by their limits. Sets are in the order of the alphabet. */
export function endpointSets(operations: readonly Operation[]): readonly EndpointSet[] {
  return SETS.map((facts) => ({
    ...facts,
    endpoints: operations
      .filter(
        ({ rateLimit, versions }) => rateLimit === facts.id && versions.some(({ version }) => /^\d/.test(version)),
      )
      .map(({ method, path }) => ({ method, path: API_BASE_PATHS.v2 + openApiPath(path) })),
  }));
}

const Amount = Type.Object({ defaultValue: Type.Integer(), value: Type.Integer() });

export const EndpointSetSchema = Type.Object(
  {
    capacity: Amount,
    endpointSetId: Type.String(),
    endpointSetName: Type.String(),
    endpoints: Type.Array(Type.Object({ method: Type.String(), path: Type.String() })),
    refillDurationSeconds: Amount,
    refillRate: Amount,
    scope: Type.Enum(['GROUP', 'ORGANIZATION', 'USER']),
  },
  { $id: 'RateLimitEndpointSet' },
);

/** Encodes a set. Its values are the default ones, because no project, organization or key has limits of its own. */
export function encode({ id, name, scope, endpoints }: EndpointSet): JsonObject {
  const { capacity, refill } = RATE_LIMITS[id];
  const usual = (value: number): JsonObject => ({ defaultValue: value, value });
  return {
    capacity: usual(capacity),
    endpointSetId: id,
    endpointSetName: name,
    endpoints: endpoints.map((endpoint) => ({ ...endpoint })),
    refillDurationSeconds: usual(RATE_LIMIT_INTERVAL_SECONDS),
    refillRate: usual(refill),
    scope,
  };
}
