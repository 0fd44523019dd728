import { expect, it } from 'vitest'
import { checklistPdf } from '../../../adapters/formats/pdf/checklist.ts'
import { textOfPdf } from '../../support/pdfText.ts'
import { sampleSubmission } from '../fhir/sampleSubmission.ts'

const packet = {
  controlNumber: 7,
  account: 'ACC-1',
  submissions: [sampleSubmission()],
  statements: [],
  letterhead: {
    provider: 'Laguna Care',
    mode: 'production' as const,
    now: '2026-11-04T20:00:00.000Z',
    zone: 'Asia/Manila',
    toothNotation: 'fdi' as const,
  },
}

it('a checklist says whose each claim is, where to file it, whom to call and until when', async () => {
  const contact = { phone: '+63 2 8123 4567', portalUrl: 'https://portal.laguna.example' }
  const terms = { filingLimitDays: 60, paymentDueDays: 35 }
  const text = await textOfPdf(await checklistPdf({ ...packet, letterhead: { ...packet.letterhead, contact, terms } }))
  expect(text).toMatch(/Portal\s+https:\/\/portal\.laguna\.example/)
  expect(text).toMatch(/Telephone\s+\+63 2 8123 4567/)
  expect(text).toMatch(/Patient\s+O.Brien & S\u00f6hne, Zo\u00eb <b>, member PF-100200/)
  // 60 days after the first service, 2026-11-02.
  expect(text).toMatch(/Last day to file\s+2027-01-01/)
})

it('a checklist leaves out what nobody has written down', async () => {
  const text = await textOfPdf(await checklistPdf(packet))
  expect(text).not.toMatch(/Portal\s|Telephone|Last day|undefined/)
})
