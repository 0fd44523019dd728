import { describe, expect, it } from 'vitest'
import { adjudicated } from '../../../domain/money/adjudicated.ts'
import { emptyPosition, after as followedBy } from '../../../domain/money/claimPosition.ts'
import { chargeEntries, claimBalances } from '../../../domain/money/ledger.ts'
import { claimPlan } from '../../../domain/money/plan/claimPlan.ts'
import type { RemittanceClaim } from '../../../domain/money/remittance.ts'
import { decisionFromRemittanceClaim } from '../../../domain/money/remittanceDecision.ts'
import { placeClaim } from '../../../domain/money/remittanceLines.ts'
import { read835 } from '../../activities/fieldClaims.ts'
import { fieldFile } from '../../support/fieldFiles.ts'

const SENT = [
  { lineNumber: 1, controlNumber: '1', code: 'D0150', charge: 12_500 },
  { lineNumber: 2, controlNumber: '2', code: 'D0274', charge: 8_600 },
  { lineNumber: 3, controlNumber: '3', code: 'D0330', charge: 14_800 },
]

function claimOf(file: string): RemittanceClaim {
  const [notice] = read835(fieldFile(file), [])
  const claim = notice?.kind === 'remittance' ? notice.remittance.claims[0] : undefined
  if (claim === undefined) throw new Error(`no claim in ${file}`)
  return claim
}

describe('K5: the bundle of 07', () => {
  const claim = claimOf('e2e-07-bundled.x12')
  const place = placeClaim(claim, 'claim-1', SENT)

  // Source: 125 - 70 = 55; 86 + 148 bundled into D0210: 70 paid, 164 contractual.
  it('leaves each line at its charge, 125 paid, 234 contractual and nothing denied', () => {
    const charged = followedBy(emptyPosition('claim-1'), 'charge', chargeEntries('claim-1', SENT))
    const { posted, held } = claimPlan(charged, [{ claim, place }])
    const rows = posted.reduce((now, { posting }) => followedBy(now, 'money', posting), charged).rows
    expect(held).toEqual([])
    expect(claimBalances(rows)).toMatchObject({ open: 0, paid: 12_500, contractual: 23_400, denied: 0, patient: 0 })
    for (const line of [1, 2, 3])
      expect(claimBalances(rows.filter(({ lineNumber }) => lineNumber === line))).toMatchObject({ open: 0 })
  })

  it('is approved line by line, and says what was paid as what', () => {
    expect(decisionFromRemittanceClaim(claim, place)).toMatchObject({
      lines: [
        { outcome: 'approved', payable: 5_500 },
        { outcome: 'approved', payable: 7_000, said: [{ text: 'paid as D0210' }] },
        { outcome: 'approved', payable: 0, said: [{ text: 'paid as D0210' }] },
      ],
    })
  })

  it('comes out the same when it is read again', () => {
    const once = adjudicated(claim, place).claim
    expect(adjudicated(once, place).claim).toEqual(once)
  })
})
