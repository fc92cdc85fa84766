// The import ranks of ARCHITECTURE.md: a folder imports only folders of a LOWER rank, and itself.
const ranks = [
  ['kernel'],
  ['extjson', 'object-store', 'metastore', 'http'],
  ['snapshot', 'jobs'],
  ['pipelines'],
  ['resources'],
  ['app'],
  ['cli'],
];

/** The same among the rooms of a folder; tests may use any room's front door. */
const rooms = {
  pipelines: [['threads'], ['capture', 'download', 'export', 'repository-check'], ['verify'], ['restore'], ['drill']],
  snapshot: [['blocks'], ['repository', 'sources'], ['targets']],
};

const rankRules = [
  ...rulesOfRanks('src', ranks, {}),
  ...Object.entries(rooms).flatMap(([folder, ranks]) =>
    rulesOfRanks(`src/${folder}`, ranks, { pathNot: '\\.test\\.ts$' }),
  ),
];

function rulesOfRanks(parent, ranks, except) {
  return ranks
    .flatMap((folders, rank) =>
      folders.map((folder) => ({
        name: `rank-${folder}`,
        comment: `${parent}/${folder} has rank ${rank}: it imports lower ranks only`,
        severity: 'error',
        from: { path: `^${parent}/${folder}/`, ...except },
        to: {
          path: `^${parent}/(${ranks
            .slice(rank)
            .flat()
            .filter((other) => other !== folder)
            .join('|')})/`,
        },
      })),
    )
    .filter((rule) => !rule.to.path.includes('()'));
}

const ROOM = '^src/(pipelines|snapshot)/[^/]+/';
/** `sources/deployments.ts` is a second front door, because it loads MongoDB's driver. */
const FRONT_DOOR = '^src/((pipelines|snapshot)/[^/]+/index|snapshot/sources/deployments)\\.ts$';

const LIBRARIES = [
  '@aws-sdk/client-s3',
  '@aws-sdk/client-sts',
  '@azure/identity',
  '@azure/storage-blob',
  '@smithy/node-http-handler',
  'better-sqlite3',
  'bson',
  'commander',
  'fastify',
  'google-auth-library',
  'kysely',
  'mongodb',
  'pino',
  'prom-client',
  'typebox',
];

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    ...rankRules,
    {
      name: 'data-plane-is-plain',
      comment: 'bytes move without knowing of requests, queues or rows',
      severity: 'error',
      from: { path: '^src/(extjson|object-store|snapshot|pipelines)/' },
      to: { path: '^src/(http|jobs|metastore)/' },
    },
    {
      name: 'engine-knows-no-http',
      severity: 'error',
      from: { path: '^src/(jobs|metastore)/' },
      to: { path: '^src/http/' },
    },
    {
      name: 'slice-front-door',
      comment: 'resource slices meet only at index.ts',
      severity: 'error',
      from: { path: '^src/resources/([^/]+)/' },
      to: { path: '^src/resources/[^/]+/.+', pathNot: ['^src/resources/$1/', '^src/resources/[^/]+/index\\.ts$'] },
    },
    {
      name: 'slices-by-their-front-door',
      comment: 'what is put together above knows slices by their index.ts only',
      severity: 'error',
      from: { path: '^src/(app|cli)/' },
      to: { path: '^src/resources/[^/]+/.+', pathNot: '^src/resources/[^/]+/index\\.ts$' },
    },
    {
      name: 'rooms-meet-at-front-doors',
      comment: 'the rooms of pipelines and snapshot reach each other by their index.ts only',
      severity: 'error',
      from: { path: '^src/(pipelines|snapshot)/([^/]+)/' },
      to: { path: ROOM, pathNot: ['^src/$1/$2/', FRONT_DOOR] },
    },
    {
      name: 'rooms-by-their-front-door',
      comment: 'all other folders reach rooms by their index.ts only',
      severity: 'error',
      from: { path: '^src/', pathNot: ROOM },
      to: { path: ROOM, pathNot: FRONT_DOOR },
    },
    {
      name: 'threads-load-no-vendor',
      comment: 'each thread loads what its code reaches: a database driver there costs time and memory in every one',
      severity: 'error',
      from: { path: '^src/pipelines/threads/block-worker\\.ts$' },
      to: { path: 'node_modules/', reachable: true },
    },
    {
      name: 'drivers-only-in-all',
      comment: 'object-store drivers are reached through object-store/all.ts',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/object-store/' },
      to: { path: '^src/object-store/[^/]+/' },
    },
    {
      name: 'clouds-load-when-used',
      comment:
        "a cloud's libraries cost time and memory, so all.ts imports its driver only when a bucket of it is opened",
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/object-store/(?!local/|service/)[^/]+/', '\\.test\\.ts$'] },
      to: {
        path: '^src/object-store/(?!local/|service/)[^/]+/',
        dependencyTypesNot: ['dynamic-import', 'type-only'],
      },
    },
    {
      name: 'mongodb-loads-when-used',
      comment:
        "MongoDB's driver costs memory, so the front door of a room imports what needs it only when a deployment is opened",
      severity: 'error',
      from: {
        path: '^src/',
        pathNot: ['^src/snapshot/[^/]+/mongodb/', '^src/snapshot/sources/deployments\\.ts$', '\\.test\\.ts$'],
      },
      to: {
        path: '^src/snapshot/([^/]+/mongodb/(?!connection-string\\.ts)|sources/deployments\\.ts)',
        dependencyTypesNot: ['dynamic-import', 'type-only'],
      },
    },
    {
      name: 'vendor-behind-driver',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(metastore|object-store|snapshot)/' },
      to: { path: 'node_modules/(better-sqlite3|pg|mongodb|@aws-sdk|@azure|google-auth-library)' },
    },
    { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'only-libraries-of-the-product',
      comment:
        'all libraries are devDependencies because the package bundles them, so those of the product are named here',
      severity: 'error',
      from: { path: '^src/', pathNot: '(\\.test\\.ts|/conformance\\.ts)$' },
      to: { path: 'node_modules/', pathNot: `node_modules/(${LIBRARIES.join('|')})/` },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^src/extjson/wasm/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'types', 'default'] },
  },
};
