import fc from 'fast-check'
import type { Submission, SubmissionLine } from '../../../domain/claim.ts'
import type { ClaimDetails, LineDetails } from '../../../domain/claims/dentistry/details.ts'

/** Of any record some keys: what dentistry says of a claim is seldom all of it. */
const some = <T extends object>(record: { [K in keyof T]-?: fc.Arbitrary<NonNullable<T[K]>> }): fc.Arbitrary<T> =>
  fc.record(record, { requiredKeys: [] }) as fc.Arbitrary<unknown> as fc.Arbitrary<T>

const day = fc.constantFrom('2019-05-01', '2023-11-30', '2024-02-29')
const text = fc.constantFrom('Crown', 'Zirconia crown, upper left', 'Second opinion by letter')
const dentist = fc
  .record({ npi: fc.constantFrom('1234567893', '1999999984'), licence: fc.constantFrom('DEN-9', 'L-77') })
  .map((numbers) => ({ family: 'Okafor', given: 'Ngozi', ...numbers }))
const teeth = fc
  .uniqueArray(fc.constantFrom('1', '14', '32', 'A', 'T', '51', '64', '82', 'AS', 'TS'), {
    minLength: 1,
    maxLength: 10,
  })
  .chain((all) =>
    fc.tuple(
      ...all.map((tooth) =>
        fc.constantFrom('missing' as const, 'to_be_extracted' as const).map((status) => ({ tooth, status })),
      ),
    ),
  )

/** Anything of what dentistry says of a claim; orthodontics only where it says something. */
export const claimDetails: fc.Arbitrary<ClaimDetails> = some<ClaimDetails>({
  accident: fc.record({
    kind: fc.constantFrom('auto', 'employment', 'other'),
    on: day,
    state: fc.constantFrom('CO', 'NY'),
    country: fc.constantFrom('CA', 'MX'),
  }),
  orthodontics: fc.record({ bandedOn: day, months: fc.integer({ min: 1, max: 60 }), remainingMonths: fc.nat(60) }),
  missingTeeth: teeth,
  referringDentist: dentist,
  billingDentist: dentist,
  payee: fc.constant({ name: 'Holdings', bank: { name: 'First Bank', account: '12345678', code: '021000021' } }),
  assignment: fc.constant('clinic' as const),
  signatures: fc.constant({ patientOn: '2026-01-02', dentist: true }),
})

const lineDetails: fc.Arbitrary<LineDetails> = fc
  .tuple(
    some<Pick<LineDetails, 'description' | 'appliancePlacedOn' | 'placeOfService'>>({
      description: text,
      appliancePlacedOn: day,
      placeOfService: fc.constantFrom('22', '31'),
    }),
    fc.oneof(
      fc.constant({}),
      fc.constant({ placement: 'initial' as const }),
      fc.record({ placement: fc.constant('replacement' as const), priorPlacedOn: day }),
      fc.record({ placement: fc.constant('replacement' as const), priorUnknownBecause: text }),
    ),
  )
  .map(([first, second]) => ({ ...first, ...second }))

/** The claim with details, and supernumerary teeth among its own; diagnoses point both ways. */
export function withDetails(claims: fc.Arbitrary<Submission>): fc.Arbitrary<Submission> {
  return claims.chain((submission) =>
    fc
      .record({
        claim: claimDetails,
        lines: fc.tuple(
          ...submission.lines.map((line) =>
            fc
              .record({
                details: lineDetails,
                tooth: fc.constantFrom(line.tooth, '51', '64', '82', 'AS', 'TS'),
                pointers: fc.constantFrom<number[] | undefined>(undefined, [2], [2, 1]),
              })
              .map(({ details, tooth, pointers }) => detailed(line, { details, tooth, pointers })),
          ),
        ),
      })
      .map(({ claim, lines }) => ({
        ...submission,
        ...claim,
        diagnoses: [
          { system: 'icd-10' as const, code: 'K02.1' },
          { system: 'icd-10' as const, code: 'K08.1' },
        ],
        lines,
      })),
  )
}

function detailed(
  line: SubmissionLine,
  { details, tooth, pointers }: { details: LineDetails; tooth: string | undefined; pointers: number[] | undefined },
): SubmissionLine {
  return {
    ...line,
    ...details,
    // A line has a tooth or an area, as it had before.
    ...(line.tooth === undefined || tooth === undefined ? {} : { tooth }),
    ...(pointers === undefined ? {} : { diagnosisPointers: pointers }),
  }
}
