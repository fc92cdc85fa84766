import type { JsonObject } from '../../kernel/json.ts';
import type { Operation } from '../operation.ts';
import { API_BASE_PATHS, servedBy, versionsOf, type Api } from '../versions.ts';
import { createComponents, type Components } from './components.ts';
import { describeOperation } from './operation-object.ts';
import { openApiPath } from './path.ts';
import { securitySchemes } from './security.ts';

/** The versions of Atlas's API that have a document. */
export const DOCUMENTED = ['v1.0', 'v2'] as const;
export type DocumentedVersion = (typeof DOCUMENTED)[number];

/** The APIs that a document describes. Longshore's own API and Atlas's private one have no version beside them, so v2 has them. */
const APIS: Readonly<Record<DocumentedVersion, readonly Api[]>> = {
  'v1.0': ['v1.0', 'v1.5'],
  v2: ['v2', 'longshore', 'private'],
};

const INTRODUCTIONS: Readonly<Record<DocumentedVersion, string>> = {
  'v1.0':
    'The Atlas Administration API v1.0 as this server speaks it. Bodies are `application/json`. v1.5 has the clusters in the form of ' +
    "2023-02-01 of v2, and nothing else of its own. The operations that are Longshore's own are in the document of v2. Requests are signed " +
    'with HTTP Digest: the public key of an API key is the user, and its private key the password.',
  v2:
    'The Atlas Administration API v2 as this server speaks it. A request names the date of a version in `Accept`, such as ' +
    '`application/vnd.atlas.2024-05-30+json`, and the newest version that is not later answers. Operations with ' +
    "`x-longshore-extension` are Longshore's own; they answer `application/json` and ignore `Accept`. Requests are signed with HTTP Digest " +
    '(the public key of an API key is the user, and its private key the password), or have a token of a service account, which ' +
    '`/api/oauth/token` gives out.',
};

/** The operations of one resource. The name is shown to readers. */
export interface Section {
  readonly name: string;
  readonly operations: readonly Operation[];
}

export interface DocumentOptions {
  readonly sections: readonly Section[];
  readonly version: DocumentedVersion;
  readonly productVersion: string;
  /** The URL of the server without a slash at the end; absent: the server that the document comes from. */
  readonly publicUrl?: string | undefined;
}

/** Makes the OpenAPI document (3.1) of one version of the API from the operations. */
export function openApiDocument({ sections, version, productVersion, publicUrl }: DocumentOptions): JsonObject {
  const components = createComponents();
  const apis = APIS[version];
  const served = sections.filter(({ operations }) => apis.some((api) => servedBy(api, operations).length > 0));
  const entries = apis.flatMap((api) => served.flatMap((section) => pathsOf(api, section, components)));
  const paths = Map.groupBy(entries, ({ path }) => path);
  return {
    openapi: '3.1.0',
    info: {
      title: `Longshore: Atlas Administration API ${version}`,
      version: productVersion,
      description: INTRODUCTIONS[version],
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: publicUrl ?? '/' }],
    tags: served.map(({ name }) => ({ name })),
    security: Object.keys(securitySchemes).map((name) => ({ [name]: [] })),
    paths: Object.fromEntries(
      [...paths].map(([path, items]) => [
        path,
        Object.fromEntries(items.map(({ method, operation }) => [method, operation])),
      ]),
    ),
    components: { ...components.kept(), securitySchemes },
  };
}

interface PathEntry {
  readonly path: string;
  readonly method: string;
  readonly operation: JsonObject;
}

function pathsOf(api: Api, { name, operations }: Section, components: Components): readonly PathEntry[] {
  return servedBy(api, operations).map((operation) => {
    const path = API_BASE_PATHS[api] + openApiPath(operation.path);
    const versions = versionsOf(api, operation.versions);
    const described = describeOperation({ api, operation, versions, tag: name, components });
    return { path, method: operation.method.toLowerCase(), operation: described };
  });
}
