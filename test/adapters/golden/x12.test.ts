import { describe, expect, it } from 'vitest'
import { summitDental } from '../../../adapters/providers/summit-dental/index.ts'
import { readsItsFixtures } from './fixtureReadings.ts'
import { wideClaim } from './wideClaim.ts'
import { context, expectWritten } from './written.ts'

const CTX = context({
  senderId: 'BRIGHTSMILE',
  receiverId: 'SUMMITDENTAL',
  payerId: 'SUM01',
  submitterName: 'Bright Smile Dental Group',
  contactPhone: '+1 (303) 555-0100',
})

describe('an 837D says all of a claim, to the last character', () => {
  it.each(['new', 'replacement', 'appeal', 'void'] as const)('%s', async (purpose) => {
    const text = await expectWritten(`x12/${purpose}`, summitDental, CTX, [wideClaim(purpose)])
    expect(text).toContain(`CLM*7K2M9QX4TB6VH0RC*2400.54***11:B:`)
  })

  it('several claims, one of the subscriber by itself, in one file for a test', async () => {
    const { enrolment, patient } = wideClaim('new')
    const self = wideClaim('new', {
      submissionNumber: '3NDW8YZ5GJ1PSE72',
      enrolment: { ...enrolment, relationship: 'self', subscriber: patient, priority: 'primary' },
    })
    const { firstPayer: _none, ...alone } = self
    await expectWritten('x12/two', summitDental, { ...CTX, mode: 'test' }, [wideClaim('new'), alone])
  })
})

describe('835, 277CA, 999 and TA1 are read as their fixtures say', () => readsItsFixtures(summitDental))
