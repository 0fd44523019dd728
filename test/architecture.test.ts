import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { allAdapters } from '../adapters/registry.ts'
import { KINDS } from '../domain/worklist/itemKinds.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const PRODUCT = ['domain', 'workflows', 'activities', 'adapters', 'api', 'db', 'platform']
const LINES = 300
/** Comments only: code may be wider, and a string as long as it is. */
const COLUMNS = 100
/** Read from top to bottom or looked up, never understood in pieces: a migration, the tables. */
const LISTS = ['db/migrations/', 'db/schema/']

const sources = (folder: string) =>
  readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => path.join(folder, name))
const text = (file: string) => readFileSync(path.join(ROOT, file), 'utf8')
const providers = () =>
  readdirSync(path.join(ROOT, 'adapters/providers'), { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? [entry.name] : [],
  )

describe('adapters', () => {
  it('are registered, each folder under its own name', () => {
    expect(providers().length).toBeGreaterThan(1)
    const ids = allAdapters().map((adapter) => adapter.declaration.id)
    expect(ids.toSorted()).toEqual(providers().toSorted())
  })

  it('are named nowhere in the product but in their own folder and the registry', () => {
    const named = PRODUCT.flatMap(sources).flatMap((file) =>
      providers()
        .filter((id) => !file.startsWith(`adapters/providers/${id}/`) && file !== 'adapters/registry.ts')
        .filter((id) => new RegExp(`(['"\`])${id}\\1`).test(text(file)))
        .map((id) => `${file} names ${id}`),
    )
    expect(named).toEqual([])
  })
})

describe('types', () => {
  it('have one definition per exported name', () => {
    const places = new Map<string, string[]>()
    for (const file of [...PRODUCT, 'sandbox', 'cli', 'packaging'].flatMap(sources))
      for (const [, name] of text(file).matchAll(/^export (?:type|interface|class) (\w+)/gm))
        places.set(name ?? '', [...(places.get(name ?? '') ?? []), file])
    expect([...places].filter(([, files]) => files.length > 1)).toEqual([])
  })
})

describe('files', () => {
  it(`have no more than ${LINES} lines, and most of them far fewer`, () => {
    const lengths = [...PRODUCT, 'sandbox', 'cli', 'packaging']
      .flatMap(sources)
      .filter((file) => !LISTS.some((list) => file.startsWith(list)))
      .map((file) => ({ file, lines: text(file).split('\n').length - 1 }))
      .sort((one, other) => one.lines - other.lines)
    expect(lengths.filter(({ lines }) => lines > LINES)).toEqual([])
    expect(lengths[Math.floor(lengths.length / 2)]?.lines).toBeLessThan(100)
  })

  it(`have comments of at most ${COLUMNS} columns`, () => {
    const long = [...PRODUCT, 'sandbox', 'cli', 'packaging'].flatMap(sources).flatMap((file) =>
      text(file)
        .split('\n')
        .map((line, index) => ({ place: `${file}:${index + 1}`, line }))
        .filter(({ line }) => /^\s*(\/\*|\*|\/\/)/.test(line) && line.length > COLUMNS)
        .map(({ place }) => place),
    )
    expect(long).toEqual([])
  })

  it('are at most 20 in a folder', () => {
    const perFolder = new Map<string, number>()
    for (const file of [...PRODUCT, 'sandbox', 'cli', 'test'].flatMap(sources)) {
      const folder = path.dirname(file)
      perFolder.set(folder, (perFolder.get(folder) ?? 0) + 1)
    }
    expect(perFolder.size).toBeGreaterThan(50)
    expect([...perFolder].filter(([, files]) => files > 20)).toEqual([])
  })

  it('of mappings, formats and workflows read no clock, no randomness and no environment', () => {
    const impure = /\bDate\.now\(|new Date\(\)|Math\.random\(|process\.env|randomUUID|randomBytes/
    const files = ['domain', 'adapters/providers', 'adapters/formats', 'workflows'].flatMap(sources)
    expect(files.filter((file) => !file.startsWith('workflows/client/') && impure.test(text(file)))).toEqual([])
  })

  it('make no worklist item but through the list of kinds', () => {
    const own = ['db/worklist/', 'domain/worklist/', 'db/migrations/', 'db/schema/']
    const kinds = KINDS.join('|')
    // A key built by hand, an item inserted by hand, or a closed cause named by its text.
    const byHand = new RegExp(
      `\`(?:${kinds})[:-]|into attention_items|insertInto\\('attention_items'\\)|closed_because: \`|kind = '(?:${kinds})'`,
    )
    const files = PRODUCT.flatMap(sources).filter((file) => !own.some((folder) => file.startsWith(folder)))
    expect(files.length).toBeGreaterThan(200)
    expect(files.filter((file) => byHand.test(text(file)))).toEqual([])
    // Not vacuous: this is what it looks for.
    expect('`stalled:').toMatch(byHand)
    const raised = PRODUCT.flatMap(sources)
      .filter((file) => !file.startsWith('domain/worklist/'))
      .map(text)
      .join('\n')
    expect(KINDS.filter((kind) => !raised.includes(`'${kind}'`))).toEqual([])
  })

  it('of the product are steered by no variable of the tests', () => {
    const steering = /FAILPOINT|PLANTED_DEFECT/
    const files = [...PRODUCT, 'cli', 'bin'].flatMap(sources).filter((file) => steering.test(text(file)))
    expect(files.filter((file) => !file.startsWith('cli/chaos/'))).toEqual(['platform/settings.ts'])
  })

  it('of the product open no connection of their own: the guard of addresses does, and undici over it', () => {
    const opening = /\bfetch\(|\bimport \{[^}]*(?<!type )\b(connect|createConnection|Socket)\b[^}]*\} from 'node:net'/
    const resolving = /\bimport (?!type\b).*from 'node:(dns|dns\/promises|http|https|http2|dgram)'/
    const undici = /from 'undici'/
    const files = ['activities', 'adapters', 'api', 'workflows'].flatMap(sources)
    const product = files.filter((file) => !file.startsWith('adapters/conformance/'))
    expect(product.filter((file) => opening.test(text(file)) || resolving.test(text(file)))).toEqual([])
    const http = ['adapters/transports/http/agents.ts', 'adapters/transports/http/exchange.ts']
    expect(product.filter((file) => undici.test(text(file)))).toEqual(http)
  })

  it('keep the reads across tenants in the places that must have them', () => {
    const across = /\bdatabases\.across\b|\bacross:\s*Kysely/
    const files = ['activities', 'api', 'db'].flatMap(sources).filter((file) => across.test(text(file)))
    const outside = files.filter(
      (file) =>
        file.startsWith('db/') &&
        !['lookups', 'repairs', 'unattended'].some((name) => file === `db/acrossTenants/${name}.ts`) &&
        file !== 'db/connect.ts',
    )
    expect(outside).toEqual([])
  })
})

/** Writes of an interchange's state: the text from the update to its `where` names the state. */
const stateWrites = (code: string) =>
  [
    ...code.matchAll(/updateTable\('interchanges'\)[\s\S]*?\.where\(/g),
    ...code.matchAll(/update interchanges\b[\s\S]*?\bwhere\b/gi),
  ].filter(
    ([write]) => /\bstate\b/.test(write) || (/^update /i.test(write) && /\$\{/.test(write.split(/\bwhere\b/)[0] ?? '')),
  )

/** Two states side by side: a list that the domain should have a name for. */
const STATE = "'(?:WAITING|READY|SENDING|SENT|UNKNOWN|RESEND|REFUSED)'"
const STATE_LIST = new RegExp(`[[(]\\s*${STATE}\\s*,\\s*${STATE}`)

/** Code that decides by words that are for people. A null among them is no word. */
const COMPARES_WORDS =
  /\bbecause\s*[!=]==?(?!=)\s*(?!\s|null|undefined)|[!=]==\s*[\w.?]*\bbecause\b|switch \([^)]*\bbecause\)|\('(?:\w\.)?because',\s*'(?!is)[^']*',|(?<!const )\bbecause (?:=|<>|in|like) \(?'/

describe('an interchange', () => {
  const product = () => ['domain', 'workflows', 'activities', 'api', 'db', 'platform'].flatMap(sources)

  it('changes its state in one place, by the rules of the domain', () => {
    const planted = "await tx.updateTable('interchanges').set({ state: 'SENT' }).where('id', '=', id)"
    expect(stateWrites(planted)).toHaveLength(1)
    expect(stateWrites(planted.replace('state:', 'mark:'))).toHaveLength(0)
    expect(stateWrites("sql`update interchanges i set state = 'SENT' where true`")).toHaveLength(1)
    const writers = product().filter((file) => stateWrites(text(file)).length > 0)
    expect(writers).toEqual(['db/delivery/moveInterchange.ts'])
  })

  it('has its states listed in the domain only', () => {
    expect(STATE_LIST.test("where('state', 'in', ['SENT', 'REFUSED'])")).toBe(true)
    const listing = product().filter((file) => STATE_LIST.test(text(file)))
    expect(listing.filter((file) => !file.startsWith('domain/') && !file.startsWith('db/migrations/'))).toEqual([])
  })

  it('is judged by its delivery proof: no code compares the words for people', () => {
    for (const planted of [
      "if (row.because === 'gone')",
      'return PARTLY === interchange.because',
      ".where('because', '=', words)",
      "sql`update x set because = 'it came back'`",
      'switch (row.because)',
    ])
      expect(COMPARES_WORDS.test(planted), planted).toBe(true)
    expect(COMPARES_WORDS.test('if (because !== null) raise(because)')).toBe(false)
    const comparing = product().filter((file) => COMPARES_WORDS.test(text(file)))
    expect(comparing.filter((file) => !file.startsWith('db/migrations/'))).toEqual([])
  })
})

/** One mistake per rule: where it is planted, what it imports, and which rule must see it. */
const MISTAKES = [
  ['domain', '../db/connect.ts', 'domain-is-pure'],
  ['domain', 'node:fs', 'domain-is-pure'],
  ['workflows', 'zod', 'workflows-stay-small'],
  ['workflows', '../activities/delivery/deliver.ts', 'workflows-stay-small'],
  ['workflows/client', '../../db/connect.ts', 'one-client-of-workflows'],
  ['adapters/providers/one', '../../../platform/ids.ts', 'providers-are-pure'],
  ['adapters/providers/one', '../other/index.ts', 'providers-are-pure'],
  ['adapters/formats/x12', '../../transports/http/index.ts', 'formats-know-no-transport'],
  ['adapters/transports/http', '../../../db/connect.ts', 'transports-know-no-provider'],
  ['db', '@temporalio/client', 'db-knows-no-temporal'],
  ['api', '../activities/delivery/deliver.ts', 'api-starts-and-signals'],
  ['api', '../adapters/transports/http/index.ts', 'api-starts-and-signals'],
  ['activities', '../api/app.ts', 'activities-know-no-api'],
  ['platform', '../db/connect.ts', 'platform-is-below'],
  ['db', '../cli/up.ts', 'product-imports-no-tools'],
  ['activities', 'smtp-server', 'product-needs-no-kit'],
  ['packaging', '../domain/planted0.ts', 'the-build-stands-alone'],
  ['activities', '../cli/adapter/conformance/check.ts', 'product-imports-no-tools'],
  ['cli/adapter/conformance', '../../../adapters/providers/other/index.ts', 'conformance-knows-no-provider'],
  ['cli', './chaos/failpoint.ts', 'only-chaos-steers'],
  ['sandbox', '../adapters/providers/other/index.ts', 'twins-share-no-code-with-adapters'],
] as const

describe('the check of who imports whom', () => {
  it('sees a planted mistake of every kind, and nothing wrong beside it', async () => {
    const house = mkdtempSync(path.join(os.tmpdir(), 'claimhub-house-'))
    try {
      for (const file of [
        'db/connect',
        'activities/delivery/deliver',
        'platform/ids',
        'adapters/providers/other/index',
      ])
        write(house, `${file}.ts`, 'export const fine = 1\n')
      for (const file of [
        'adapters/transports/http/index',
        'cli/adapter/conformance/check',
        'api/app',
        'cli/up',
        'cli/chaos/failpoint',
      ])
        write(house, `${file}.ts`, 'export const fine = 1\n')
      for (const name of ['.dependency-cruiser.cjs', 'tsconfig.json', 'package.json'])
        symlinkSync(path.join(ROOT, name), path.join(house, name))
      symlinkSync(path.join(ROOT, 'node_modules'), path.join(house, 'node_modules'))
      for (const [index, [folder, imported]] of MISTAKES.entries())
        write(house, plantedIn(folder, index), `import * as planted from '${imported}'\nexport const used = planted\n`)
      // A circle of types only, the kind that grows unseen.
      write(house, 'db/plantedOne.ts', "import type { Two } from './plantedTwo.ts'\nexport type One = 1 | Two\n")
      write(house, 'db/plantedTwo.ts', "import type { One } from './plantedOne.ts'\nexport type Two = 2 | One\n")
      const { totalCruised, violations } = await cruise(house)
      const seen = violations.map(({ rule, from }) => `${from}: ${rule.name}`)
      expect(totalCruised).toBeGreaterThan(MISTAKES.length)
      expect(seen).toEqual(
        expect.arrayContaining(MISTAKES.map(([folder, , rule], index) => `${plantedIn(folder, index)}: ${rule}`)),
      )
      expect(seen).toContain('db/plantedOne.ts: no-cycles')
      expect(violations.filter(({ from }) => !from.includes('planted'))).toEqual([])
    } finally {
      rmSync(house, { recursive: true })
    }
  })
})

const plantedIn = (folder: string, index: number) => `${folder}/planted${index}.ts`

function write(house: string, file: string, content: string): void {
  mkdirSync(path.dirname(path.join(house, file)), { recursive: true })
  writeFileSync(path.join(house, file), content)
}

interface Cruise {
  totalCruised: number
  violations: { rule: { name: string }; from: string }[]
}

async function cruise(house: string): Promise<Cruise> {
  const command = path.join(ROOT, 'node_modules/.bin/depcruise')
  const args = [
    '--config',
    '.dependency-cruiser.cjs',
    '--output-type',
    'json',
    ...PRODUCT,
    'sandbox',
    'cli',
    'packaging',
  ]
  const output = await promisify(execFile)(command, args, { cwd: house, maxBuffer: 100_000_000 }).then(
    ({ stdout }) => stdout,
    (error: { stdout: string }) => error.stdout,
  )
  return JSON.parse(output).summary
}
