import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { fileTypeFromBuffer } from 'file-type'
import { z } from 'zod'
import { isCurrency, parseMinor, sum } from '../../domain/amounts.ts'
import {
  AUTHORISATION_KINDS,
  DOCUMENT_KINDS,
  PURPOSES,
  type Submission,
  type SubmissionAttachment,
} from '../../domain/claim.ts'
import type { ClaimDetails } from '../../domain/claims/dentistry/details.ts'
import { isCodePattern } from '../../domain/practice/procedures.ts'
import { AREAS, parseSurfaces } from '../../domain/practice/tooth.ts'
import { claimDetails, lineDetails, tooth } from './claimFileDetails.ts'
import { firstPayerFile, firstPayerOf } from './firstPayerFile.ts'

/**
 * A claim as a person writes it down for `claimhub render` (docs/inspect.md); amounts are decimal
 * text, what can be derived may be left out.
 */
const words = z.string().trim().min(1).max(200)
const day = z.iso.date()
const address = z.strictObject({
  line1: words,
  line2: words.optional(),
  city: words,
  state: words.optional(),
  postalCode: words.optional(),
  country: z.string().regex(/^[A-Z]{2}$/, 'two letters (ISO 3166-1)'),
})
const person = z.strictObject({
  family: words,
  given: words,
  birthDate: day,
  sex: z.enum(['female', 'male', 'other', 'unknown']).default('unknown'),
  address: address.optional(),
})
const line = z.strictObject({
  code: z.string().regex(/^D\d{4}$/, 'a CDT code: D and four digits'),
  serviceDate: day,
  tooth: tooth.optional(),
  surfaces: z
    .string()
    .transform((text, ctx) => parseSurfaces(text) ?? invalid(ctx, 'no surfaces: letters of MODBFLI'))
    .optional(),
  area: z.enum(AREAS).optional(),
  quantity: z.int().min(1).max(99).default(1),
  /** Decimal text, for the whole line. */
  charge: z.string(),
  /**
   * Of a correction: its place in the claim's first sending; null: it was not in it. Else the same.
   */
  openingLine: z.int().min(1).nullable().optional(),
  ...lineDetails,
})
const attachment = z.strictObject({
  /** Path from the claim file's folder. */
  file: words,
  kind: z.enum(DOCUMENT_KINDS),
  tooth: tooth.optional(),
  capturedOn: day.optional(),
})
const claimFile = z.strictObject({
  /** ISO 4217; else the connection's. */
  currency: z.string().refine(isCurrency, 'no currency that we know').optional(),
  purpose: z.enum(PURPOSES).default('new'),
  submissionNumber: z
    .string()
    .regex(/^[0-9A-HJKMNP-TV-Z]{16}$/, '16 of Crockford base32')
    .optional(),
  claimNumber: words.default('C-1'),
  originalReference: words.optional(),
  originalSubmissionNumber: words.optional(),
  openingSubmissionNumber: words.optional(),
  organisation: z.strictObject({ name: words, taxId: words.optional(), npi: words.optional() }),
  clinic: z.strictObject({ name: words.optional(), npi: words.optional(), phone: words.optional(), address }),
  practitioner: z.strictObject({
    family: words,
    given: words,
    npi: words.optional(),
    licence: words.optional(),
    accreditation: words.optional(),
  }),
  patient: person,
  enrolment: z.strictObject({
    memberId: words,
    plan: words.optional(),
    group: words.optional(),
    relationship: z.enum(['self', 'spouse', 'child', 'other']).default('self'),
    /** Else the patient. */
    subscriber: person.optional(),
    priority: z.enum(['primary', 'secondary']).default('primary'),
  }),
  authorisations: z
    .array(
      z.strictObject({
        kind: z.enum(AUTHORISATION_KINDS),
        number: words,
        /** What it covers, where it says so. */
        codes: z.array(z.string().refine(isCodePattern, 'a CDT code or a range such as D2700-D2799')).optional(),
        teeth: z.array(tooth).optional(),
      }),
    )
    .default([]),
  diagnoses: z
    .array(z.strictObject({ system: z.enum(['icd-10', 'icd-10-cm']).default('icd-10-cm'), code: words }))
    .default([]),
  lines: z.array(line).min(1).max(200),
  attachments: z.array(attachment).max(50).default([]),
  note: z.string().max(1000).optional(),
  ...claimDetails,
  firstPayer: firstPayerFile.optional(),
})
type ClaimFile = z.output<typeof claimFile>

/** A claim ready for an adapter, and the bytes of its papers by attachment id. */
export interface RenderedClaim {
  submission: Submission
  attachments: Map<string, Uint8Array>
}

/**
 * Reads a claim file. The submission number, where none is given, is made of the file's own bytes:
 * the same file gives the same documents. Throws one sentence for each problem, with its path in
 * the file.
 */
export async function readClaimFile(file: string, connectionCurrency: string): Promise<RenderedClaim> {
  const text = readText(file)
  const parsed = claimFile.safeParse(jsonOf(text, file))
  if (!parsed.success) throw new Error(`${file} is no claim:\n${z.prettifyError(parsed.error)}`)
  const claim = parsed.data
  const currency = claim.currency ?? connectionCurrency
  const lines = claim.lines.map(({ charge, openingLine, ...rest }, index) => ({
    lineNumber: index + 1,
    controlNumber: String(index + 1),
    ...(claim.purpose === 'new' || openingLine === null
      ? {}
      : { openingControlNumber: String(openingLine ?? index + 1) }),
    ...present(rest),
    charge: chargeOf(charge, currency, `${file}: lines[${index}].charge`),
  }))
  const papers = await Promise.all(claim.attachments.map((each, index) => readPaper(each, index, path.dirname(file))))
  return {
    submission: {
      ...partiesOf(claim),
      submissionId: '00000000-0000-7000-8000-000000000001',
      submissionNumber: claim.submissionNumber ?? numberOf(text),
      purpose: claim.purpose,
      claimId: '00000000-0000-7000-8000-000000000002',
      claimNumber: claim.claimNumber,
      currency,
      total: sum(lines.map(({ charge }) => charge)),
      authorisations: claim.authorisations.map((each) => present(each)),
      diagnoses: claim.diagnoses,
      lines,
      ...(claim.firstPayer === undefined
        ? {}
        : { firstPayer: firstPayerOf(claim.firstPayer, { patient: personOf(claim.patient), lines, currency }) }),
      attachments: papers.map(({ attachment: each }) => each),
      ...present({
        originalReference: claim.originalReference,
        originalSubmissionNumber: claim.originalSubmissionNumber,
        openingSubmissionNumber: claim.openingSubmissionNumber,
        note: claim.note,
      }),
      ...detailsOf(claim),
    },
    attachments: new Map(papers.map(({ attachment: { attachmentId }, bytes }) => [attachmentId, bytes])),
  }
}

function partiesOf({ organisation, clinic, practitioner, patient, enrolment }: ClaimFile) {
  return {
    organisation: present(organisation),
    clinic: { ...present(clinic), name: clinic.name ?? organisation.name, address: present(clinic.address) },
    practitioner: present(practitioner),
    patient: personOf(patient),
    enrolment: { ...present(enrolment), subscriber: personOf(enrolment.subscriber ?? patient) },
  }
}

/** Without what is undefined, all the way down. */
function detailsOf(claim: ClaimFile): ClaimDetails {
  const names = Object.keys(claimDetails) as (keyof typeof claimDetails)[]
  const told = Object.fromEntries(names.map((name) => [name, claim[name]]))
  return JSON.parse(JSON.stringify(told))
}

function personOf({ address: home, ...rest }: z.output<typeof person>): Submission['patient'] {
  return { ...rest, ...(home === undefined ? {} : { address: present(home) }) }
}

type Present<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>
}

/** The same without what is undefined: the domain's types know absence only as absence. */
function present<T extends object>(given: T): Present<T> {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Present<T>
}

function chargeOf(text: string, currency: string, where: string): number {
  const charge = parseMinor(text, currency)
  if (charge === null || charge < 0 || charge > 1e12)
    throw new Error(`${where}: no amount in ${currency}, such as "136.00"`)
  return charge
}

async function readPaper(
  { file, kind, tooth: of, capturedOn }: z.output<typeof attachment>,
  index: number,
  folder: string,
): Promise<{ attachment: SubmissionAttachment; bytes: Uint8Array }> {
  const at = path.resolve(folder, file)
  let bytes: Uint8Array
  try {
    bytes = new Uint8Array(readFileSync(at))
  } catch (cause) {
    throw new Error(`attachments[${index}].file: ${at} cannot be read`, { cause })
  }
  const mediaType = (await fileTypeFromBuffer(bytes))?.mime ?? 'application/octet-stream'
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const attachmentId = `00000000-0000-7000-8000-${String(index + 1).padStart(12, '0')}`
  return {
    attachment: {
      attachmentId,
      kind,
      mediaType,
      fileName: path.basename(at),
      sha256,
      size: bytes.length,
      ...present({ tooth: of, capturedOn }),
    },
    bytes,
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw new Error(`${file} cannot be read`, { cause })
  }
}

function jsonOf(text: string, file: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new Error(`${file} is no JSON`, { cause })
  }
}

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

function numberOf(text: string): string {
  const digest = createHash('sha256').update(text).digest()
  return Array.from(digest.subarray(0, 16), (byte) => CROCKFORD[byte % 32]).join('')
}

function invalid(ctx: z.RefinementCtx, message: string): never {
  ctx.addIssue({ code: 'custom', message })
  return z.NEVER
}
