import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect } from 'chai'

const root = dirname(import.meta.dirname)

/** Each package with what it may import of the workspace and of third parties. */
const allowed: Record<string, { workspace: readonly string[]; thirdParty: readonly string[] }> = {
  plugin: { workspace: [], thirdParty: [] },
  policy: { workspace: ['plugin'], thirdParty: [] },
  auth: { workspace: ['plugin'], thirdParty: ['jose'] },
  registry: { workspace: ['plugin', 'policy', 'auth'], thirdParty: ['ajv', 'ajv-formats', 're2js'] },
  config: { workspace: ['plugin', 'policy', 'auth'], thirdParty: ['ajv', 'ajv-formats', 'cosmiconfig'] },
  authority: { workspace: ['plugin', 'policy', 'auth'], thirdParty: ['jose', 'oidc-provider'] },
  audit: { workspace: ['plugin', 'policy', 'auth'], thirdParty: [] },
  core: {
    workspace: ['plugin', 'policy', 'auth', 'registry', 'config', 'authority', 'audit'],
    thirdParty: ['koa', '@koa/router', 'pino', '@modelcontextprotocol/server', '@modelcontextprotocol/node'],
  },
  cli: {
    workspace: ['plugin', 'policy', 'auth', 'registry', 'config', 'authority', 'audit', 'core'],
    thirdParty: ['commander', '@modelcontextprotocol/client'],
  },
}
const packages = Object.keys(allowed)
const thirdParties = [
  ...new Set(Object.values(allowed).flatMap(({ thirdParty }) => thirdParty)),
  '@modelcontextprotocol/sdk',
  'chai',
]

interface Violation {
  readonly rule: string
  readonly from: string
}

interface CruiseResult {
  readonly summary: {
    readonly violations: readonly { readonly from: string; readonly rule: { readonly name: string } }[]
    readonly ruleSetUsed: { readonly forbidden: readonly { readonly name: string }[] }
  }
}

function importing(...specifiers: readonly string[]): string {
  return [...specifiers.map((specifier) => `import '${specifier}'`), 'export {}', ''].join('\n')
}

async function write(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), text)
  }
}

async function link(folder: string, name: string, target: string): Promise<void> {
  await mkdir(dirname(join(folder, 'node_modules', name)), { recursive: true })
  await symlink(join(folder, target), join(folder, 'node_modules', name), 'dir')
}

function manifest(name: string, dependencies: readonly string[]): string {
  const fields = { name, version: '0.1.0', type: 'module', exports: { '.': './src/index.ts' } }
  return JSON.stringify({ ...fields, dependencies: Object.fromEntries(dependencies.map((each) => [each, '0.1.0'])) })
}

/** A workspace of the same layout as this one in which every import that DESIGN section 1 allows is made. */
async function writeWorkspace(folder: string): Promise<void> {
  await cp(join(root, 'tsconfig.json'), join(folder, 'tsconfig.json'))
  await write(folder, {
    'package.json': JSON.stringify({ name: 'workspace', private: true, workspaces: ['packages/*', 'plugins/*'] }),
    'mcp.config.ts': importing('@toolgate/config'),
    'test/support/double.ts': importing(),
  })
  for (const dependency of thirdParties) {
    await write(join(folder, 'node_modules', dependency), {
      'package.json': JSON.stringify({ name: dependency, version: '0.1.0', main: 'index.js' }),
      'index.js': '',
    })
  }
  for (const [name, { workspace, thirdParty }] of Object.entries(allowed)) {
    const dependencies = [...workspace.map((each) => `@toolgate/${each}`), ...thirdParty]
    await write(join(folder, 'packages', name), {
      'package.json': manifest(`@toolgate/${name}`, [...packages.map((each) => `@toolgate/${each}`), ...thirdParties]),
      'src/index.ts': importing(...dependencies),
    })
    await link(folder, `@toolgate/${name}`, `packages/${name}`)
  }
  for (const name of ['one', 'two']) {
    await write(join(folder, 'plugins', name), {
      'package.json': manifest(`@toolgate-plugins/${name}`, ['@toolgate/plugin', '@toolgate-plugins/one']),
      'src/index.ts': importing('@toolgate/plugin'),
      'test/index.test.ts': importing('../src/index.ts', '../../../test/support/double.ts'),
    })
    await link(folder, `@toolgate-plugins/${name}`, `plugins/${name}`)
  }
}

function cruise(folder: string): Promise<{ rules: readonly string[]; violations: readonly Violation[] }> {
  const binary = join(root, 'node_modules/.bin/depcruise')
  const config = join(root, '.dependency-cruiser.mjs')
  const parameters = [binary, '--config', config, '--output-type', 'json', 'packages', 'plugins', 'mcp.config.ts']
  return new Promise((resolve, reject) => {
    execFile(process.execPath, parameters, { cwd: folder, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      if (!stdout.startsWith('{')) {
        reject(new Error(stderr, { cause: error }))
        return
      }
      const { summary } = JSON.parse(stdout) as CruiseResult
      resolve({
        rules: summary.ruleSetUsed.forbidden.map(({ name }) => name),
        violations: summary.violations.map(({ rule, from }) => ({ rule: rule.name, from })),
      })
    })
  })
}

/** For each rule, files that break it, by their path. */
function seeds(): Record<string, Record<string, string>> {
  const found: Record<string, Record<string, string>> = {
    'no-cycles': {
      'packages/core/src/egg.ts': importing('./hen.ts'),
      'packages/core/src/hen.ts': importing('./egg.ts'),
    },
    'known-package': { 'packages/surprise/src/index.ts': importing('@toolgate/plugin') },
    'packages-by-name': { 'packages/core/src/by-path.ts': importing('../../policy/src/index.ts') },
    'plugin-imports': {
      'plugins/two/src/host.ts': importing('@toolgate/core'),
      'plugins/two/src/neighbour.ts': importing('@toolgate-plugins/one'),
      'plugins/two/test/host.ts': importing('@toolgate/registry'),
    },
    'config-imports': { 'mcp.config.ts': importing('@toolgate/config', '@toolgate/auth') },
    'source-imports-source': {
      'packages/core/test/double.ts': importing(),
      'packages/core/src/uses-double.ts': importing('../test/double.ts'),
    },
    'declared-dependencies': { 'packages/core/src/undeclared.ts': importing('undeclared') },
    resolvable: { 'packages/core/src/nowhere.ts': importing('./not-there.ts') },
    'file-names': {
      'packages/core/src/utils.ts': importing(),
      'packages/core/src/readToken.ts': importing(),
      'packages/core/src/badly-named.ts': importing('./utils.ts', './readToken.ts'),
    },
  }
  for (const [name, { workspace, thirdParty }] of Object.entries(allowed)) {
    for (const other of packages.filter((each) => each !== name && !workspace.includes(each))) {
      ;(found[`rank-of-${name}`] ??= {})[`packages/${name}/src/up-to-${other}.ts`] = importing(`@toolgate/${other}`)
    }
    for (const dependency of thirdParties.filter((each) => each !== 'chai' && !thirdParty.includes(each))) {
      const slug = dependency.replace('@', '').replace('/', '-')
      ;(found[`home-of-${slug}`] ??= {})[`packages/${name}/src/astray-${slug}.ts`] = importing(dependency)
    }
  }
  return found
}

describe('The dependency rules', () => {
  let folder: string

  before(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'toolgate-graph-')))
    await writeWorkspace(folder)
  })

  after(() => rm(folder, { recursive: true, force: true }))

  it('allow every import that the design allows', async () => {
    const { violations } = await cruise(folder)
    expect(violations).to.deep.equal([])
  })

  it('find one violation of each rule, and each rule has one', async () => {
    const broken = seeds()
    await write(join(folder, 'node_modules/undeclared'), {
      'package.json': JSON.stringify({ name: 'undeclared', version: '0.1.0', main: 'index.js' }),
      'index.js': '',
    })
    await write(folder, Object.assign({}, ...Object.values(broken)) as Record<string, string>)

    const { rules, violations } = await cruise(folder)

    expect(Object.keys(broken)).to.have.members(rules)
    const expected = Object.entries(broken).flatMap(([rule, files]) =>
      Object.entries(files)
        .filter(([, text]) => text.includes('import') && !(rule === 'no-cycles' && text.includes('egg')))
        .map(([from]) => `${rule}: ${from}`),
    )
    expect(violations.map(({ rule, from }) => `${rule}: ${from}`)).to.include.members(expected)
  })
})
