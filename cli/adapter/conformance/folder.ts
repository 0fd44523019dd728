import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import type { Submission } from '../../../domain/claim.ts'
import type { CaseStep } from './step.ts'

/**
 * Everything in an adapter's `fixtures/` folder, and its NOTES.md. The shape is described in
 * docs/adapter-guide.md.
 */
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

/**
 * `fixtures/claim.json`: the claim that the cases answer, with its papers as base64 by attachment
 * id.
 */
export interface Claim {
  submission: Submission
  attachments: Record<string, string>
}

/** One folder `fixtures/<name>/`: what is done, step by step, and what each step must come to. */
export interface Case {
  name: string
  at: string
  steps: CaseStep[]
  /** What each step must come to; null where expected.json is not there yet. */
  expected: unknown
}

/**
 * One entry of `fixtures/WAIVED.json`: a case or a check that this HMO cannot have, why, and since
 * when.
 */
export interface Waiver {
  check: string
  reason: string
  since: string
}

const STEPS = 'message.json'
const EXPECTED = 'expected.json'

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

/**
 * Reads an adapter's folder. Throws one sentence that names the file when something in it has not
 * the agreed shape.
 */
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

/**
 * `message.json` is a list of steps; `message.<anything else>` is a document as it came, and the
 * one step is to read it.
 */
function readCase(at: string, name: string): Case {
  const file = path.join(at, EXPECTED)
  const expected = existsSync(file) ? json(file) : null
  const steps = path.join(at, STEPS)
  if (existsSync(steps)) return { name, at, steps: json(steps) as CaseStep[], expected }
  const document = readdirSync(at).find((file) => file.startsWith('message.'))
  if (document === undefined) throw new Error(`${at} has no message.json and no message.<extension>`)
  return {
    name,
    at,
    steps: [{ call: 'decode', message: { bodyFile: document } }],
    expected: expected === null ? null : [expected],
  }
}

/**
 * Writes what the steps came to as the case's `expected.json`. Where that names a file for the body
 * of a message, the file is written instead. Answers the paths of what was written.
 */
export function writeExpected({ at, expected }: Case, results: unknown[]): string[] {
  const written: string[] = []
  const kept = (before: unknown, now: unknown): unknown => {
    if (isObject(before) && typeof before['file'] === 'string' && typeof now === 'string') {
      written.push(path.join(at, before['file']))
      writeFileSync(path.join(at, before['file']), now)
      return before
    }
    if (Array.isArray(now)) return now.map((each, index) => kept(Array.isArray(before) ? before[index] : null, each))
    if (!isObject(now)) return now
    return Object.fromEntries(
      Object.entries(now).map(([key, value]) => [key, kept(isObject(before) ? before[key] : null, value)]),
    )
  }
  const all = results.map((result, index) => kept(Array.isArray(expected) ? expected[index] : null, result))
  const isDocument = !existsSync(path.join(at, STEPS))
  written.push(path.join(at, EXPECTED))
  writeFileSync(path.join(at, EXPECTED), `${JSON.stringify(isDocument ? all[0] : all, null, 2)}\n`)
  return written
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
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
