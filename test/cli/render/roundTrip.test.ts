import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { adapterOf } from '../../../adapters/registry.ts'
import { readAccount } from '../../../cli/render/account.ts'
import { formatMinor } from '../../../domain/amounts.ts'
import type { Submission } from '../../../domain/claim.ts'
import type { DentalField } from '../../../domain/claims/dentistry/fields.ts'
import { besideSupernumerary } from '../../../domain/practice/tooth.ts'
import { withDetails } from '../../adapters/x12/arbitraryDetails.ts'
import { anySubmission } from '../../adapters/x12/arbitrarySubmission.ts'
import { inspected } from '../inspect/samples.ts'

/**
 * `CLAIMHUB_LONG=1 npx vitest run test/cli/render/roundTrip.test.ts` plays 10,000 claims a format.
 */
const CLAIMS = process.env['CLAIMHUB_LONG'] === '1' ? 10_000 : 200

/** An HMO a format: what its claims may be, and the number that they carry. */
const FORMATS: {
  provider: string
  currency: string | null
  numberOf(submission: Submission): string
  /** What this HMO's columns can carry of any claim. */
  carried?: Partial<Submission>
}[] = [
  { provider: 'summit-dental', currency: null, numberOf: (submission) => submission.submissionNumber },
  { provider: 'harbor-health', currency: null, numberOf: (submission) => submission.submissionNumber },
  { provider: 'gulf-dental', currency: 'AED', numberOf: (submission) => submission.openingSubmissionNumber ?? '' },
  {
    provider: 'cordillera-dental',
    currency: 'PHP',
    numberOf: (submission) => submission.submissionNumber,
    carried: { attachments: [], authorisations: [] },
  },
]

const STATUS: Readonly<Record<string, string>> = {
  new: 'new',
  replacement: 'replacement',
  appeal: 'replacement',
  void: 'void',
}

/**
 * What inspect must say of the claim's details. X12 writes ICD codes without their point, and says
 * why a prior date is unknown in the claim's note.
 */
function expectedDetails(submission: Submission, format: string, noPlaceFor: readonly DentalField[]) {
  const place = (field: DentalField) => !noPlaceFor.includes(field)
  const { accident, orthodontics, missingTeeth, referringDentist, billingDentist, payee, assignment, signatures } =
    submission
  const codes = submission.diagnoses.map(({ code }) => (format === 'x12' ? code.replace('.', '') : code))
  // An 837D says a claim's place once, for all lines that say no other.
  const office = format === 'x12' ? (submission.lines[0]?.placeOfService ?? '11') : undefined
  const lines = submission.lines.map((line) => ({
    lineNumber: line.lineNumber,
    tooth: line.tooth,
    description: line.description,
    placement: line.placement,
    priorPlacedOn: line.priorPlacedOn,
    priorUnknownBecause: format === 'x12' ? undefined : line.priorUnknownBecause,
    appliancePlacedOn: line.appliancePlacedOn,
    placeOfService: office === undefined ? line.placeOfService : placeInX12(line.placeOfService ?? '11'),
    diagnoses: line.diagnosisPointers?.map((pointer) => codes[pointer - 1]),
  }))
  const told = {
    accident,
    orthodontics,
    missingTeeth,
    referringDentist,
    billingDentist: place('billing_dentist') ? billingDentist : undefined,
    payee: place('payee') ? payee : undefined,
    // To the clinic is what goes without saying; FHIR says it where nobody else is paid.
    assignment: format === 'fhir' && payee === undefined ? assignment : undefined,
    signatures: place('patient_signature') ? signatures : undefined,
  }
  return JSON.parse(
    JSON.stringify({
      ...told,
      lines: lines.filter((line) => Object.values(line).filter((each) => each !== undefined).length > 1),
    }),
  )
}

function placeInX12(place: string): string | undefined {
  return place === '11' ? undefined : place
}

describe('what is rendered is read back to the cent', () => {
  it.each(FORMATS)(
    `$provider, ${CLAIMS} claims`,
    { timeout: 1_800_000 },
    async ({ provider, currency, numberOf, carried = {} }) => {
      const adapter = adapterOf(provider)
      const account = readAccount(provider, undefined)
      const purposes = adapter.declaration.purposes
      const claims = anySubmission
        .filter(({ purpose }) => purposes.includes(purpose))
        .map(({ note, ...submission }) => ({
          ...submission,
          // The API takes no blank note.
          ...(note === undefined || note.trim() === '' ? {} : { note }),
          openingSubmissionNumber: submission.submissionNumber,
          diagnoses: adapter.declaration.diagnosisRequired ? [{ system: 'icd-10' as const, code: 'K02.1' }] : [],
          ...(currency === null ? {} : { currency }),
          // Harbor names one referral, Gulf one authorisation a service: more are refused.
          authorisations: submission.authorisations.slice(0, 1),
          ...carried,
        }))
      let played = 0
      await fc.assert(
        fc.asyncProperty(claims, async (submission) => {
          const ctx = {
            ...account,
            currency: submission.currency,
            now: '2026-03-10T20:05:00.000Z',
            interchangeId: '0195c0de-0000-7000-8000-000000000001',
            controlNumber: 117,
            attachment: () => new Uint8Array([137, 80, 78, 71]),
          }
          const messages = await adapter.assemble([await adapter.encode(submission, ctx)], ctx)
          const report = await inspected(messages.at(-1)?.body ?? new Uint8Array())
          const total = formatMinor(submission.total, submission.currency)
          expect(report).toMatchObject({
            kind: 'claim',
            readable: true,
            transactions: [
              {
                problems: [],
                total,
                claims: [
                  {
                    claimId: numberOf(submission),
                    status: STATUS[submission.purpose],
                    charged: total,
                    lines: submission.lines.length,
                  },
                ],
              },
            ],
          })
          played += 1
        }),
        { numRuns: CLAIMS },
      )
      expect(played).toBeGreaterThanOrEqual(CLAIMS)
    },
  )

  it.each(FORMATS.filter(({ provider }) => provider !== 'cordillera-dental'))(
    'K14, K32: $provider, placements, bands, missing and supernumerary teeth, dentists and dates come back',
    { timeout: 1_800_000 },
    async ({ provider, currency }) => {
      const adapter = adapterOf(provider)
      const { format, noPlaceFor = [] } = adapter.declaration
      const account = readAccount(provider, undefined)
      const claims = withDetails(
        anySubmission.map(({ note: _note, ...submission }) => ({
          ...submission,
          purpose: 'new' as const,
          // Harbor names one referral, Gulf one authorisation a service: more are refused.
          authorisations: submission.authorisations.slice(0, 1),
          lines: submission.lines.slice(0, 5),
          total: submission.lines.slice(0, 5).reduce((total, line) => total + line.charge, 0),
          ...(currency === null ? {} : { currency }),
        })),
      )
      await fc.assert(
        fc.asyncProperty(claims, async (submission) => {
          const ctx = {
            ...account,
            currency: submission.currency,
            now: '2026-03-10T20:05:00.000Z',
            interchangeId: '0195c0de-0000-7000-8000-000000000001',
            controlNumber: 117,
            attachment: () => new Uint8Array([137, 80, 78, 71]),
          }
          const messages = await adapter.assemble([await adapter.encode(submission, ctx)], ctx)
          const report = await inspected(messages.at(-1)?.body ?? new Uint8Array())
          const [transaction] = report.transactions
          expect(transaction?.problems).toEqual([])
          const expected = expectedDetails(submission, format, noPlaceFor)
          const { lines, ...ofClaim } = expected
          const plain = ({ lineNumber: _number, tooth, ...more }: { lineNumber: number; tooth?: string }) =>
            Object.keys(more).length === 0 && besideSupernumerary(tooth ?? '1') === null
          const nothing = lines.every(plain) && Object.keys(ofClaim).length === 0
          expect(transaction?.claims[0]?.details).toEqual(nothing ? undefined : expected)
        }),
        { numRuns: CLAIMS / 2 },
      )
    },
  )
})
