import { z } from 'zod'

/**
 * The parts of FHIR R4 that we read. Numbers arrive as their source text (`readJson`); what we
 * don't read is not checked.
 */
export const text = z.string().max(20_000)
const code = z.string().max(200)
/** `positiveInt` */
export const sequence = z
  .string()
  .regex(/^[1-9]\d{0,5}$/)
  .transform(Number)

export const coding = z.object({ system: code.optional(), code: code.optional(), display: text.optional() })
export const concept = z.object({ coding: z.array(coding).optional(), text: text.optional() })
export type Concept = z.infer<typeof concept>

export const identifier = z.object({ system: code.optional(), value: code.optional() })
export type Identifier = z.infer<typeof identifier>

export const reference = z.object({ reference: code.optional(), identifier: identifier.optional() })
export type ResourceReference = z.infer<typeof reference>

/** A reference that may say in words whom it means. */
export const personReference = reference.extend({ display: code.optional() })
export type PersonReference = z.infer<typeof personReference>

export const humanName = z.object({
  family: code.optional(),
  given: z.array(code).optional(),
  text: code.optional(),
})

export const money = z.object({ value: z.string().max(64), currency: z.string().max(3).optional() })

export const extensions = z.array(
  z.object({ url: code, valueCode: code.optional(), valueReference: reference.optional() }),
)
export const meta = z.object({ versionId: code.optional(), lastUpdated: code.optional() })

/**
 * The logical id of a reference such as `Claim/HH-000123` (absolute addresses and versions too);
 * null when it names another type.
 */
export function idIn(given: ResourceReference | undefined, type: string): string | null {
  const match = /(?:^|\/)([A-Za-z]+)\/([A-Za-z0-9.-]{1,64})(?:\/_history\/[A-Za-z0-9.-]+)?$/.exec(
    given?.reference ?? '',
  )
  return match && match[1] === type ? (match[2] ?? null) : null
}

/** The first code of a concept in one of the systems, or in any when it names none. */
export function codeIn(given: Concept | undefined, systems: readonly string[]): string | null {
  const found = given?.coding?.find(({ system, code }) => code && (system === undefined || systems.includes(system)))
  return found?.code ?? null
}

/**
 * An instant with its offset as ISO 8601 UTC; undefined for a bare date and for anything else: a
 * zone is never guessed.
 */
export function instantOf(given: string | undefined): string | undefined {
  if (given === undefined || !/^\d{4}-\d{2}-\d{2}T[\d:.]+(?:Z|[+-]\d{2}:\d{2})$/.test(given)) return undefined
  const at = new Date(given)
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString()
}
