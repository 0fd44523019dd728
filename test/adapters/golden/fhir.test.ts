import { describe, expect, it } from 'vitest'
import { harborHealth } from '../../../adapters/providers/harbor-health/index.ts'
import { readsItsFixtures } from './fixtureReadings.ts'
import { wideClaim } from './wideClaim.ts'
import { context, expectWritten } from './written.ts'

const CTX = context({ payerId: 'HARBOR', facilityId: 'BRIGHT-01' })

describe('a FHIR Claim says all of a claim, to the last character', () => {
  it.each(['new', 'replacement', 'void', 'supplement'] as const)('%s', async (purpose) => {
    const text = await expectWritten(`fhir/${purpose}`, harborHealth, CTX, [wideClaim(purpose)])
    expect(text).toContain('"7K2M9QX4TB6VH0RC"')
  })
})

describe('ClaimResponse and PaymentReconciliation are read as their fixtures say', () => readsItsFixtures(harborHealth))
