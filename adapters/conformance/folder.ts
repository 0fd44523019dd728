import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import type { Submission } from '../../domain/claim.ts'
import type { Step } from './step.ts'

/** Everything in an adapter's `fixtures/` folder, and its NOTES.md. The shape is told in docs/adapter-guide.md. */
export interface Folder {
  /** Where the cases are; null when the adapter has no folder there. */
  at: string
  connection: Connection
  claim: Claim
  cases: Case[]
  waived: Waiver[]
  notes: string
}

/** `fixtures/connection.json`: the account that all cases of the folder speak of. */
export type Connection = z.infer<typeof connection>
const connection = z.strictObject({
  /** Fits the adapter's own settings schema. */
  settings: z.record(z.string(), z.unknown()),
  mode: z.enum(['test', 'production']).default('production'),
  currency: z.string().length(3),
  /** IANA */
  zone: z.string().min(1),
  /** ISO 8601 UTC: the time at which the cases are played. */
  now: z.iso.datetime(),
  /** Of the interchange that the claim leaves in, and that the answers name. */
  controlNumber: z.int().min(1),
})

/** `fixtures/claim.json`: the claim that the cases answer, with its papers as base64 by attachment id. */
export interface Claim {
  submission: Submission
  attachments: Record<string, string>
}

/** One folder `fixtures/<name>/`: what is done, step by step, and what each step must come to. */
export interface Case {
  name: string
  at: string
  steps: Step[]
  expected: unknown
}

/** One entry of `fixtures/WAIVED.json`: a case or a check that this HMO cannot have, why, and since when. */
export interface Waiver {
  check: string
  reason: string
  since: string
}

const claim = z.object({
  submission: z.looseObject({ submissionNumber: z.string() }),
  attachments: z.record(z.string(), z.string()).default({}),
})
const waivers = z.array(
  z.union([
    z.strictObject({ case: z.string(), reason: z.string().min(20), since: z.iso.date() }),
    z.strictObject({ check: z.string(), reason: z.string().min(20), since: z.iso.date() }),
  ]),
)

/** Reads an adapter's folder. Throws one sentence that names the file when something in it has not the agreed shape. */
export function readFolder(providerFolder: string): Folder {
  const at = path.join(providerFolder, 'fixtures')
  const names = existsSync(at) ? readdirSync(at, { withFileTypes: true }).filter((entry) => entry.isDirectory()) : []
  const notes = path.join(providerFolder, 'NOTES.md')
  return {
    at,
    connection: read(path.join(at, 'connection.json'), connection),
    claim: read(path.join(at, 'claim.json'), claim) as unknown as Claim,
    cases: names.map(({ name }) => readCase(path.join(at, name), name)).sort((a, b) => (a.name < b.name ? -1 : 1)),
    waived: existsSync(path.join(at, 'WAIVED.json'))
      ? read(path.join(at, 'WAIVED.json'), waivers).map((each) => ({
          check: 'case' in each ? `case-${each.case}` : each.check,
          reason: each.reason,
          since: each.since,
        }))
      : [],
    notes: existsSync(notes) ? readFileSync(notes, 'utf8') : '',
  }
}

/** `message.json` is a list of steps; `message.<anything else>` is a document as it came, and the one step is to read it. */
function readCase(at: string, name: string): Case {
  const expected = json(path.join(at, 'expected.json'))
  const steps = path.join(at, 'message.json')
  if (existsSync(steps)) return { name, at, steps: json(steps) as Step[], expected }
  const document = readdirSync(at).find((file) => file.startsWith('message.'))
  if (document === undefined) throw new Error(`${at} has no message.json and no message.<extension>`)
  return { name, at, steps: [{ call: 'decode', message: { bodyFile: document } }], expected: [expected] }
}

function read<T extends z.ZodType>(file: string, schema: T): z.output<T> {
  const parsed = schema.safeParse(json(file))
  if (parsed.success) return parsed.data
  throw new Error(`${file}: ${z.prettifyError(parsed.error)}`)
}

function json(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    throw new Error(`${file}: ${(error as Error).message}`)
  }
}
