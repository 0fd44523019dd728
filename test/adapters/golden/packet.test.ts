import { describe, expect, it } from 'vitest'
import { lagunaCare } from '../../../adapters/providers/laguna-care/index.ts'
import { readsItsFixtures } from './fixtureReadings.ts'
import { wideClaim } from './wideClaim.ts'
import { context, expectWritten } from './written.ts'

const CTX = context({ accountNumber: 'BRIGHT-77' })

describe('a packet with its form and checklist says all of a claim', () => {
  it.each(['new', 'replacement', 'appeal', 'void', 'supplement'] as const)('%s', async (purpose) => {
    const text = await expectWritten(`packet/${purpose}`, lagunaCare, CTX, [wideClaim(purpose)])
    expect(text).toContain('7K2M9QX4TB6VH0RC')
  })
})

describe('the portal’s lists are read as their fixtures say', () => readsItsFixtures(lagunaCare))
