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

const rankRules = ranks
  .flatMap((folders, rank) =>
    folders.map((folder) => ({
      name: `rank-${folder}`,
      comment: `src/${folder} has rank ${rank}: it imports lower ranks only`,
      severity: 'error',
      from: { path: `^src/${folder}/` },
      to: {
        path: `^src/(${ranks
          .slice(rank)
          .flat()
          .filter((other) => other !== folder)
          .join('|')})/`,
      },
    })),
  )
  .filter((rule) => !rule.to.path.includes('()'));

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
      name: 'drivers-only-in-all',
      comment: 'object-store drivers are reached through object-store/all.ts',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/object-store/' },
      to: { path: '^src/object-store/[^/]+/' },
    },
    {
      name: 'vendor-behind-driver',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(metastore|object-store|snapshot)/' },
      to: { path: 'node_modules/(better-sqlite3|pg|mongodb|@aws-sdk|@azure|@google-cloud)' },
    },
    { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'no-dev-dependency-in-product',
      severity: 'error',
      from: { path: '^src/', pathNot: '(\\.test\\.ts|/conformance\\.ts)$' },
      to: { dependencyTypes: ['npm-dev'] },
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
