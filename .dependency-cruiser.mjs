/** DESIGN section 1: a package imports packages of a lower rank alone. */
const ranks = {
  plugin: 0,
  policy: 1,
  auth: 1,
  registry: 2,
  config: 2,
  authority: 2,
  audit: 2,
  core: 3,
  cli: 4,
}

/** Third-party packages that have a home: no other package imports them. */
const homes = {
  koa: ['core'],
  '@koa/router': ['core'],
  jose: ['auth', 'authority'],
  ajv: ['registry', 'config'],
  'ajv-formats': ['registry', 'config'],
  re2js: ['registry'],
  cosmiconfig: ['config'],
  'oidc-provider': ['authority'],
  '@modelcontextprotocol/server': ['core'],
  '@modelcontextprotocol/node': ['core'],
  '@modelcontextprotocol/client': ['cli'],
  '@modelcontextprotocol/sdk': [],
  pino: ['core'],
  commander: ['cli'],
}

const source = '^(packages|plugins)/[^/]+/src/'

const rankRules = Object.entries(ranks).flatMap(([name, rank]) => {
  const outOfReach = Object.keys(ranks).filter((other) => other !== name && ranks[other] >= rank)
  if (outOfReach.length === 0) return []
  return {
    name: `rank-of-${name}`,
    comment: `@toolgate/${name} is of rank ${rank}: it imports packages of a lower rank alone.`,
    severity: 'error',
    from: { path: `^packages/${name}/` },
    to: { path: `^packages/(${outOfReach.join('|')})/` },
  }
})

const homeRules = Object.entries(homes).map(([dependency, packages]) => ({
  name: `home-of-${dependency.replace(/^@/, '').replaceAll('/', '-')}`,
  comment: `${dependency} is imported by ${packages.length === 0 ? 'tests alone' : packages.join(' and ')}.`,
  severity: 'error',
  from: { path: source, ...(packages.length > 0 && { pathNot: `^packages/(${packages.join('|')})/` }) },
  to: { path: `(^|/)node_modules/${dependency}/` },
}))

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    ...rankRules,
    ...homeRules,
    {
      name: 'no-cycles',
      comment: 'Modules that import each other cannot be read one after the other.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'known-package',
      comment: 'A new package needs a rank in this file and a line in the list of DESIGN section 1.',
      severity: 'error',
      from: { path: '^packages/', pathNot: `^packages/(${Object.keys(ranks).join('|')})/` },
      to: {},
    },
    {
      name: 'packages-by-name',
      comment: 'Another package is imported by its name, never by a path into its folder.',
      severity: 'error',
      from: { path: '^(packages|plugins)/([^/]+)/' },
      to: { path: '^(packages|plugins)/', pathNot: '^$1/$2/', dependencyTypes: ['local'] },
    },
    {
      name: 'plugin-imports',
      comment:
        'A plugin imports @toolgate/plugin and its own dependencies, nothing else of Toolgate; its tests may use test/support.',
      severity: 'error',
      from: { path: '^plugins/([^/]+)/' },
      to: {
        path: '^(packages|plugins|test|scripts|bench)/',
        pathNot: ['^packages/plugin/', '^plugins/$1/', '^test/support/'],
      },
    },
    {
      name: 'config-imports',
      comment: 'mcp.config.ts imports @toolgate/config alone.',
      severity: 'error',
      from: { path: '^mcp\\.config\\.ts$' },
      to: { pathNot: '^packages/config/' },
    },
    {
      name: 'source-imports-source',
      comment: 'What is packed imports no test, script or benchmark.',
      severity: 'error',
      from: { path: source },
      to: { path: '(^|/)(test|scripts|bench)/', pathNot: '(^|/)node_modules/' },
    },
    {
      name: 'declared-dependencies',
      comment: 'What a package imports stands in the dependencies of its own package.json.',
      severity: 'error',
      from: { path: source },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'npm-dev'] },
    },
    {
      name: 'resolvable',
      comment: 'The import names nothing that exists.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'file-names',
      comment:
        'A file is one concept in kebab-case, named by its main export; util, helper, common and misc name none.',
      severity: 'error',
      from: {},
      to: {
        path: '(^|/)((?![^/]*\\.d\\.ts$)[^/]*[A-Z_][^/]*\\.ts|(utils?|helpers?|common|misc)\\.ts)$',
        pathNot: '(^|/)node_modules/',
      },
    },
  ],
  options: {
    doNotFollow: { path: '(^|/)node_modules/' },
    exclude: { path: '(^|/)(dist|dist-packages|fixtures|\\.tmp-[^/]+)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    combinedDependencies: false,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['types', 'import', 'node', 'default'],
    },
  },
}
