import type { ProviderDeclaration, TransportName } from '../../adapters/declaration.ts'
import { CASES_OF_EVERY_ADAPTER } from './conformance/caseNames.ts'

export interface Wanted {
  id: string
  name: string
  transport: TransportName
  format: ProviderDeclaration['format']
  /** Modules in adapters/formats/ that serve the format, for the hint in the mapping. */
  blocks: string[]
}

/**
 * The files of a new adapter's folder, by path: it compiles, and the conformance kit says one by
 * one what is still missing.
 */
export function scaffold(wanted: Wanted): Record<string, string> {
  return {
    'declaration.ts': declarationFile(wanted),
    'mapping.ts': mappingFile(wanted),
    'index.ts': indexFile(wanted),
    'NOTES.md': `# ${wanted.name}\n\nTODO: where the numbers, codes and agreements come from, with dates; what the provider does that its documents don't say.\n`,
    'fixtures/connection.json': json(CONNECTION),
    'fixtures/claim.json': json({ submission: CLAIM, attachments: {} }),
    ...Object.fromEntries(
      casesOf(wanted).flatMap((name) => [
        [`fixtures/${name}/message.json`, '[]\n'],
        [`fixtures/${name}/expected.json`, '[]\n'],
      ]),
    ),
  }
}

export function constantName(id: string): string {
  return id.replaceAll(/-([a-z0-9])/g, (_all, letter: string) => letter.toUpperCase())
}

/** The type of an adapter's own settings: no other adapter has one of this name. */
function settingsName(id: string): string {
  const name = constantName(id)
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}Settings`
}

function casesOf({ transport }: Wanted): string[] {
  const always = [...CASES_OF_EVERY_ADAPTER, 'sent']
  return transport === 'http' ? [...always, 'collected-batch'] : always
}

const AUTH: Record<TransportName, string> = {
  http: 'bearer',
  sftp: 'password-or-key',
  email: 'password',
  manual: 'none',
}

function declarationFile({ id, name, transport, format }: Wanted): string {
  return `import { z } from 'zod'
import type { ProviderDeclaration } from '../../declaration.ts'

/** What the two sides agreed; addresses and secrets are the transport's. */
export const settings = z.strictObject({
  /** Our number with ${name}. */
  accountNumber: z.string().regex(/^[A-Za-z0-9-]{2,30}$/),
})
export type ${settingsName(id)} = z.infer<typeof settings>

/** ${name}: ${format} over ${transport}; sources of each number are in NOTES.md. */
export const declaration: ProviderDeclaration<${settingsName(id)}> = {
  id: '${id}',
  name: '${name}',
  transport: '${transport}',
  format: '${format}',
  version: 1,
  settings,
  auth: '${AUTH[transport]}',
  purposes: ['new'],
  delivery: {
    keyWindowHours: 0,
    lookup: false,
    lookupLagSeconds: 0,
    dedupes: false,
    acks: true,
    unknownPolicy: 'hold',
  },
  requirements: { attachments: [], authorisations: [], fields: [] },
  deadlines: {
    ackDays: 2,
    decisionDays: 20,
    documentsDays: 30,
    paymentDays: 15,
    resubmissionDays: 60,
    filingLimitDays: 90,
    levelDays: 5,
    workingDays: false,
  },
  limits: { linesPerClaim: 50, messageBytes: 10_000_000, attachmentBytes: 5_000_000 },
  toothNotation: 'universal',
  batching: { claimsPerInterchange: 1 },
  diagnosisRequired: false,
}
`
}

const MESSAGES: Record<TransportName, { type: string; value: string }> = {
  http: {
    type: 'HttpOut',
    value:
      "{ transport: 'http', method: 'POST', path: '/claims', headers: {}, body: written(parts), about: ctx.interchangeId }",
  },
  sftp: {
    type: 'FileOut',
    value: `{ transport: 'sftp', name: \`\${ctx.settings.accountNumber}_\${ctx.controlNumber}.txt\`, body: written(parts) }`,
  },
  email: {
    type: 'MailOut',
    value: `{ transport: 'email', messageId: ctx.interchangeId, subject: \`Claims \${ctx.controlNumber}\`, date: ctx.now, body: written(parts) }`,
  },
  manual: {
    type: 'PaperOut',
    value: `{ transport: 'manual', name: \`claims_\${ctx.controlNumber}.txt\`, mediaType: 'text/plain', body: written(parts) }`,
  },
}

function mappingFile({ id, name, transport, blocks }: Wanted): string {
  const { type, value } = MESSAGES[transport]
  const collect = transport === 'http' ? collectPart(name) : ''
  const types = [
    'Answer',
    'BatchContext',
    ...(transport === 'http' ? ['CollectedPage'] : []),
    'Context',
    'InMessage',
    'Notice',
    'Part',
    type,
  ]
  const settings = settingsName(id)
  return `import type { Submission } from '../../../domain/claim.ts'
import { ${[...types.sort().map((each) => `type ${each}`), 'unreadable'].join(', ')} } from '../../contract.ts'
import type { ${settings} } from './declaration.ts'

// Building blocks in adapters/formats/: ${blocks.join(', ')}.

/** One claim in the provider's words. Amounts are minor units: domain/money.ts writes them. */
export function encode(submission: Submission, _ctx: Context<${settings}>): Part {
  throw new Error(\`submission \${submission.submissionNumber}: encode of ${name} is not written yet\`)
}

/** The exact bytes that leave. */
export function assemble(parts: Part[], ctx: BatchContext<${settings}>): ${type}[] {
  return [${value}]
}

function written(parts: Part[]): Uint8Array {
  return new TextEncoder().encode(parts.map(({ content }) => String(content)).join('\\n'))
}

/** What the immediate answer means. Taken only when it names our own number. */
export function readAnswer(_answer: InMessage): Answer {
  return { kind: 'unknown', because: '${transport === 'http' ? `readAnswer of ${name} is not written yet` : `${transport} gives no immediate answers`}' }
}

/** What a later document says. Never throws: what cannot be read is \`unreadable\`. */
export function decode(_message: InMessage, _ctx: Context<${settings}>): Notice[] {
  return [unreadable('decode of ${name} is not written yet')]
}
${collect}`
}

function collectPart(name: string): string {
  return `
export const collect = {
  /** The request for one page of new documents. */
  list: (cursor: string | null): HttpOut => ({
    transport: 'http',
    method: 'GET',
    path: \`/news?after=\${encodeURIComponent(cursor ?? '')}\`,
    headers: {},
    body: null,
  }),
  read(_page: InMessage): CollectedPage {
    throw new Error('collect of ${name} is not written yet')
  },
}
`
}

function indexFile({ id, name, transport, format }: Wanted): string {
  const collect = transport === 'http' ? ['collect'] : []
  const members = ['declaration', 'encode', 'assemble', 'readAnswer', 'decode', ...collect]
  const imported = ['assemble', ...collect, 'decode', 'encode', 'readAnswer']
  return `import { defineProvider } from '../../contract.ts'
import { declaration } from './declaration.ts'
import { ${imported.join(', ')} } from './mapping.ts'

/** ${name}: ${format} over ${transport}. */
export const ${constantName(id)} = defineProvider({ ${members.join(', ')} })
`
}

const CONNECTION = {
  settings: { accountNumber: 'CLINIC-1' },
  mode: 'production',
  currency: 'PHP',
  zone: 'Asia/Manila',
  now: '2026-11-24T02:00:00.000Z',
  controlNumber: 7,
}

const ADDRESS = { line1: '1 Molar Road', city: 'Manila', postalCode: '1000', country: 'PH' }

/** Invented people and numbers; a filling and a crown of one patient. */
const CLAIM = {
  submissionId: '0190a000-0000-7000-8000-000000000001',
  submissionNumber: 'K7Q2M4X8Z1B3C5D9',
  purpose: 'new',
  claimId: '0190a000-0000-7000-8000-000000000002',
  claimNumber: 'C-2026-000123',
  currency: 'PHP',
  total: 1_360_050,
  organisation: { name: 'Bright Smile Dental Group', taxId: '123456789' },
  clinic: { name: 'Bright Smile Makati', npi: '1234567893', phone: '+63 2 555 0100', address: ADDRESS },
  practitioner: { family: 'Reyes', given: 'Ana', licence: 'PRC-1', accreditation: 'ACC-77' },
  patient: { family: 'O’Brien & Söhne', given: 'Zoë', birthDate: '2014-02-28', sex: 'female', address: ADDRESS },
  enrolment: {
    memberId: 'MB-100200',
    plan: 'GOLD',
    group: 'ACME',
    relationship: 'child',
    subscriber: { family: 'O’Brien', given: 'Pat', birthDate: '1980-01-01', sex: 'male' },
    priority: 'primary',
  },
  authorisations: [],
  diagnoses: [{ system: 'icd-10', code: 'K02.1' }],
  lines: [
    {
      lineNumber: 1,
      controlNumber: '1',
      code: 'D2740',
      serviceDate: '2026-11-02',
      tooth: '14',
      quantity: 1,
      charge: 1_200_000,
    },
    {
      lineNumber: 2,
      controlNumber: '2',
      code: 'D2392',
      serviceDate: '2026-11-03',
      tooth: '3',
      surfaces: 'MO',
      quantity: 1,
      charge: 160_050,
    },
  ],
  attachments: [],
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`
}
