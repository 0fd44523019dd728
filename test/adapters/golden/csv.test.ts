import { describe, expect, it } from 'vitest'
import { cordilleraDental } from '../../../adapters/providers/cordillera-dental/index.ts'
import { readsItsFixtures } from './fixtureReadings.ts'
import { wideClaim } from './wideClaim.ts'
import { context, expectWritten } from './written.ts'

const CTX = context({ accountNumber: 'BRIGHT-77' }, { currency: 'PHP', zone: 'Asia/Manila' })

describe('rows say all of a claim that they have columns for, to the last character', () => {
  it.each(['new', 'replacement', 'void'] as const)('%s', async (purpose) => {
    const { firstPayer: _none, ...claim } = wideClaim(purpose, { currency: 'PHP', attachments: [] })
    const text = await expectWritten(`csv/${purpose}`, cordilleraDental, CTX, [claim])
    expect(text).toContain('2400.54')
  })
})

describe('results, decisions and remittances are read as their fixtures say', () => readsItsFixtures(cordilleraDental))
