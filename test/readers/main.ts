import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import type { BatchContext } from '../../adapters/contract.ts'
import { SCHEMAS } from '../../adapters/formats/xml/schema/schemas.ts'
import { adapterOf } from '../../adapters/registry.ts'
import { wireOf } from '../../adapters/transports/email/wire.ts'
import type { Submission } from '../../domain/claim.ts'
import { claimsOf } from './claims.ts'
import { inCsv, inFhir, inMail, inX12, inXml, onForm, type Values } from './expected.ts'
import { demandPrograms, install, type PythonFormat, type Reading, readFhir, readWithPython } from './programs.ts'

/** One of our writers, with the reader of somebody else and what it must find. */
interface Format {
  name: string
  provider: string
  reader: 'fhir' | PythonFormat
  settings: unknown
  currency: string
  expected(claim: Submission): Values
}

const MAIL = { accountNumber: 'BRIGHT-77', contactName: 'Billing', contactPhone: '+63 32 555 0130' }
const X12 = {
  senderId: 'BRIGHTSMILE',
  receiverId: 'SUMMITDENTAL',
  payerId: 'SUM01',
  submitterName: 'Bright Smile Dental Group',
  contactPhone: '+1 (303) 555-0100',
}
const XML = { facilityId: 'DHA-F-0001234', receiverId: 'TPA-001', payerId: 'INS-017' }

const FORMATS: Format[] = [
  {
    name: 'FHIR',
    provider: 'harbor-health',
    reader: 'fhir',
    settings: { payerId: 'HARBOR', facilityId: 'B-01' },
    currency: 'USD',
    expected: inFhir,
  },
  { name: '837D', provider: 'summit-dental', reader: 'x12', settings: X12, currency: 'USD', expected: inX12 },
  { name: 'XML', provider: 'gulf-dental', reader: 'xml', settings: XML, currency: 'USD', expected: inXml },
  {
    name: 'CSV',
    provider: 'cordillera-dental',
    reader: 'csv',
    settings: { accountNumber: 'BRIGHT-77' },
    currency: 'PHP',
    expected: inCsv,
  },
  {
    name: 'mail, list, workbook, form',
    provider: 'visayas-health',
    reader: 'mail',
    settings: MAIL,
    currency: 'USD',
    expected: inMail,
  },
  {
    name: 'PDF',
    provider: 'laguna-care',
    reader: 'pdf',
    settings: { accountNumber: 'BRIGHT-77' },
    currency: 'USD',
    expected: onForm,
  },
]

/**
 * `npm run readers`: generated claims in every format, read back by programs that share nothing
 * with us, and compared field by field. Not in CI: they come from the registries of Java and
 * Python.
 */
async function main(): Promise<void> {
  const { values: options } = parseArgs({
    options: {
      claims: { type: 'string', default: '100' },
      seed: { type: 'string', default: '1' },
      format: { type: 'string' },
      install: { type: 'boolean', default: false },
    },
  })
  if (options.install) install()
  demandPrograms()
  const claims = claimsOf(Number(options.claims), Number(options.seed))
  const found = []
  for (const format of FORMATS.filter(({ reader, name }) => [undefined, reader, name].includes(options.format))) {
    const started = Date.now()
    const result = await compared(format, claims)
    found.push({ format: format.name, ...result, seconds: Math.round((Date.now() - started) / 1_000) })
    process.stdout.write(`${JSON.stringify(found.at(-1))}\n`)
  }
  const faults = found.reduce((sum, { invalid, differ }) => sum + invalid + differ, 0)
  process.stdout.write(`${JSON.stringify({ claims: claims.length, seed: Number(options.seed), faults })}\n`)
  if (faults > 0) process.exitCode = 1
}

interface Compared {
  documents: number
  values: number
  differ: number
  /** Documents that the reader finds wrong. */
  invalid: number
  /** Some of both, in words. */
  examples: string[]
}

async function compared(format: Format, claims: Submission[]): Promise<Compared> {
  const folder = mkdtempSync(path.join(tmpdir(), 'readers-'))
  try {
    const carried = claims.filter(({ purpose }) => adapterOf(format.provider).declaration.purposes.includes(purpose))
    const files: string[] = []
    for (const [index, claim] of carried.entries()) {
      const file = path.join(folder, `${index}.${format.reader}`)
      writeFileSync(file, await documentOf(format, claim))
      files.push(file)
    }
    const list = path.join(folder, 'list.txt')
    writeFileSync(list, files.join('\n'))
    const schema = path.join(folder, 'schema.xsd')
    writeFileSync(schema, SCHEMAS['Claim.Submission'])
    const read = format.reader === 'fhir' ? readFhir(list) : readWithPython(format.reader, list, schema)
    return tally(format, carried, new Map(read.map((each, index) => [each.file === files[index] ? index : -1, each])))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The document that holds the claim: the form of a packet, else what leaves last. */
async function documentOf({ provider, settings, currency, reader }: Format, claim: Submission): Promise<Uint8Array> {
  const adapter = adapterOf(provider)
  const ctx: BatchContext<unknown> = {
    settings,
    currency,
    mode: 'production',
    now: '2026-03-10T20:05:00.000Z',
    zone: 'America/Denver',
    attachment: () => new Uint8Array(),
    interchangeId: '0195c0de-0000-7000-8000-000000000001',
    controlNumber: 117,
  }
  const messages = await adapter.assemble([await adapter.encode({ ...claim, currency }, ctx)], ctx)
  const message =
    reader === 'pdf' ? messages.find((each) => 'name' in each && each.name.includes('form')) : messages.at(-1)
  if (message?.transport === 'email')
    return wireOf(message, { from: 'billing@bright.example', to: 'claims@visayas.example' })
  if (message === undefined || message.body === null) throw new Error(`${provider} wrote no document`)
  return message.body
}

function tally({ expected }: Format, claims: Submission[], read: Map<number, Reading>): Compared {
  const result: Compared = { documents: claims.length, values: 0, differ: 0, invalid: 0, examples: [] }
  const say = (words: string) => result.examples.length < 5 && result.examples.push(words)
  for (const [index, claim] of claims.entries()) {
    const reading = read.get(index)
    if (reading === undefined || reading.errors.length > 0) {
      result.invalid += 1
      say(`document ${index}: ${reading?.errors[0] ?? 'not read'}`)
    }
    for (const [field, wanted] of Object.entries(expected(claim))) {
      result.values += 1
      if (holds(reading?.values ?? {}, field, wanted)) continue
      result.differ += 1
      say(`document ${index}: ${field} is ${JSON.stringify(reading?.values[field])}, not ${JSON.stringify(wanted)}`)
    }
  }
  return result
}

/** `in form …` and `in text` ask whether it stands there; else the value must be that one. */
function holds(values: Values, field: string, wanted: string): boolean {
  const [, place] = /^in (\w+)/.exec(field) ?? []
  if (place !== undefined) return (values[place] ?? '').includes(wanted)
  const found = values[field] ?? ''
  return found === wanted || (wanted !== '' && Number(found) === Number(wanted) && /amount|claimed/i.test(field))
}

await main()
