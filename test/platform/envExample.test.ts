import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { environment } from '../../platform/settings.ts'

const text = (name: string) => readFileSync(fileURLToPath(new URL(`../../${name}`, import.meta.url)), 'utf8')
const LINES = text('.env.example').split('\n')
const values = Object.fromEntries(
  LINES.filter((line) => /^[A-Z]/.test(line)).map((line) => [
    line.slice(0, line.indexOf('=')),
    line.slice(line.indexOf('=') + 1),
  ]),
)
/** What other places than the settings read. */
const OTHERS = [
  'TEMPORAL_ADDRESS',
  'TEMPORAL_NAMESPACE',
  'CLAIMHUB_BUILD',
  'CLAIMHUB_DATA',
  'CLAIMHUB_API_URL',
  'CLAIMHUB_API_KEY',
  'POSTGRES_PASSWORD',
]

it('.env.example has every setting, and no other', () => {
  expect(Object.keys(values).toSorted()).toEqual([...Object.keys(environment.shape), ...OTHERS].toSorted())
})

it('gives each setting the default that the settings give it', () => {
  const defaults = Object.entries(environment.shape).map(([name, rule]) => [
    name,
    String(rule.safeParse(undefined).data ?? ''),
  ])
  expect(values).toMatchObject(Object.fromEntries(defaults))
})

it('says of each what it is for', () => {
  const unsaid = LINES.filter((line, at) => {
    const before = LINES[at - 1] ?? ''
    return /^[A-Z]/.test(line) && before === ''
  })
  expect(unsaid).toEqual([])
})

it('has what docker-compose.yml asks for', () => {
  const asked = [...text('docker-compose.yml').matchAll(/(?<!\$)\$\{(\w+)/g)].map(([, name]) => name ?? '')
  expect(asked.length).toBeGreaterThan(3)
  expect(asked.filter((name) => !(name in values))).toEqual([])
})
