import { describe, expect, it } from 'vitest'
import { visayasHealth } from '../../../adapters/providers/visayas-health/index.ts'
import { readsItsFixtures } from './fixtureReadings.ts'
import { wideClaim } from './wideClaim.ts'
import { context, expectWritten } from './written.ts'

const CTX = context({ accountNumber: 'BRIGHT-77', contactName: 'Billing', contactPhone: '+63 32 555 0130' })

describe('a mail with its form, list and workbook says all of a claim', () => {
  it.each(['new', 'replacement', 'appeal', 'void', 'supplement'] as const)('%s', async (purpose) => {
    const text = await expectWritten(`mail/${purpose}`, visayasHealth, CTX, [wideClaim(purpose)])
    expect(text).toContain('7K2M9QX4TB6VH0RC')
  })
})

describe('lists, bounces and people’s mails are read as their fixtures say', () => readsItsFixtures(visayasHealth))
