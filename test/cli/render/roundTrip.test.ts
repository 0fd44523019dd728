import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { adapterOf } from '../../../adapters/registry.ts'
import { readAccount } from '../../../cli/render/account.ts'
import { formatMinor } from '../../../domain/amounts.ts'
import type { Submission } from '../../../domain/claim.ts'
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
})
