import { describe, expect, it } from 'vitest'
import { gulfDental } from '../../../adapters/providers/gulf-dental/index.ts'
import { readsItsFixtures } from './fixtureReadings.ts'
import { wideClaim } from './wideClaim.ts'
import { context, expectWritten } from './written.ts'

const CTX = context({ facilityId: 'DHA-F-0001234', receiverId: 'TPA-001', payerId: 'INS-017', patientSharePercent: 20 })

describe('a Claim.Submission says all of a claim, to the last character', () => {
  it.each(['new', 'replacement', 'appeal'] as const)('%s', async (purpose) => {
    const text = await expectWritten(`xml/${purpose}`, gulfDental, CTX, [wideClaim(purpose)])
    expect(text).toContain('<Gross>2400.54</Gross>')
  })
})

describe('Remittance.Advice and Prior.Authorization are read as their fixtures say', () => readsItsFixtures(gulfDental))
