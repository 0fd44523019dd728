import { describe, expect, it } from 'vitest'
import { claimForm } from '../../../adapters/formats/pdf/claimForm.ts'
import { adapterOf } from '../../../adapters/registry.ts'
import { readAccount } from '../../../cli/render/account.ts'
import { FormatRefusal } from '../../../domain/claims/formatRefusal.ts'
import { DECIDED_LINE, firstPayer } from '../../support/coordination/firstPayer.ts'
import { textOfPdf } from '../../support/pdfText.ts'
import { sampleSubmission } from '../fhir/sampleSubmission.ts'

const { patient } = sampleSubmission()
const second = (change: Parameters<typeof firstPayer>[1] = {}) =>
  sampleSubmission({ lines: [DECIDED_LINE], total: 10_000, attachments: [], firstPayer: firstPayer(patient, change) })

const letterhead = {
  provider: 'Laguna Care',
  mode: 'production' as const,
  now: '2026-11-04T20:00:00.000Z',
  zone: 'Asia/Manila',
  toothNotation: 'fdi' as const,
}

describe('the claim form to the second HMO', () => {
  it('K34 has a block of the other cover with every amount and reason', async () => {
    const text = await textOfPdf(await claimForm(second(), letterhead))
    for (const shown of ['OTHER COVER', 'Harbor Health', 'HH-9000001', 'HH-000017', '2026-03-08', '(CO-45)', '(PR-3)'])
      expect(text).toContain(shown)
    expect(text).toMatch(/1\s+100\.00\s+80\.00\s+60\.00/)
    expect(text).toMatch(/Paid in all\s+60\.00/)
  })

  it('K34 says that the first HMO has not decided', async () => {
    expect(await textOfPdf(await claimForm(second({ decision: null }), letterhead))).toContain('not yet')
  })
})

describe('formats without a place for it', () => {
  it.each(['gulf-dental', 'cordillera-dental'])('K34 %s refuses it with the place and what to do', async (provider) => {
    const adapter = adapterOf(provider)
    const account = readAccount(provider, undefined)
    const ctx = { ...account, now: letterhead.now, attachment: () => new Uint8Array([1]) }
    const claim = { ...second(), currency: account.currency, authorisations: [] }
    await expect(Promise.resolve().then(() => adapter.encode(claim, ctx))).rejects.toThrow(FormatRefusal)
    const { firstPayer: _first, ...alone } = claim
    await Promise.resolve().then(() => adapter.encode(alone, ctx))
  })
})
