import type { Submission } from '../../../../domain/claim.ts'
import { type Check, demand } from '../check.ts'
import { charged, claimWith, correction, demandWriting, memberWords, named, tryToWrite } from '../claims.ts'
import { shapeOf } from '../shape.ts'
import type { Subject } from '../subject.ts'
import { folded, labelsOf, textsOf, wordsOf } from '../texts.ts'
import { someDocuments } from './reading.ts'

const HOSTILE = { family: "O'Brien & Söhne <b>", given: 'Zoë' }
/** Separators of X12, quotes and braces of JSON, tags of XML, rows and formulas of CSV. */
const FORGERIES = [
  'A*B~C:D^E',
  '~CLM*FAKE*9999.00***11:B:1~',
  '"},{"net":{"value":9999}},{"x":"',
  '</b><Claim><Net>9999</Net></Claim><b>',
  ']]><!-- x -->',
  'Doe","9999.00","',
  '=HYPERLINK("http://x.example","y")',
]
/** Line breaks, an end of text, a right-to-left override. */
const CONTROLS = ['Doe\r\nBcc: x@example.com\r\n', 'Do\u0000e', 'Do\u202ee', 'Do\u001be']

/**
 * People's names: they arrive unchanged, cannot forge structure, and stand nowhere but in the
 * document.
 */
export const privacyChecks: Check[] = [
  {
    name: 'names-survive',
    rule: `a name such as ${HOSTILE.family} arrives: in its own letters, or spelled in those that the format has`,
    run: async (subject) => {
      const words = folded(await wordsOf(await subject.write([named(subject, HOSTILE)])))
      demand(words.includes(folded(HOSTILE.family)), 'the family name is not in the bytes as it is')
      demand(words.includes(folded(HOSTILE.given)), 'the given name is not in the bytes as it is')
    },
  },
  {
    name: 'names-forge-nothing',
    rule: 'a name made of the format’s own signs changes nothing around it: it is escaped, or refused',
    run: async (subject) => {
      await demandWriting(subject)
      const plain = await shapes(subject, named(subject, { family: 'Doe', given: 'Jane' }))
      for (const family of FORGERIES) {
        const written = await shapes(subject, named(subject, { family, given: 'Jane' }))
        demand(
          written === null || written === plain,
          `the name ${JSON.stringify(family)} changes the structure of the document`,
        )
      }
    },
  },
  {
    name: 'control-characters',
    rule: 'a name with line breaks or control characters breaks out of nothing: they are dropped, escaped or refused',
    run: async (subject) => {
      await demandWriting(subject)
      const plain = await shapes(subject, named(subject, { family: 'Doe', given: 'Jane' }))
      for (const family of CONTROLS) {
        const claim = named(subject, { family, given: 'Jane' })
        const written = await tryToWrite(subject, claim)
        if (written instanceof Error) continue
        const shape = await shapes(subject, claim)
        demand(shape === plain, `the name ${JSON.stringify(family)} changes the structure of the document`)
        for (const { kind, text } of await textsOf(written))
          demand(kind === 'text' || !(text.includes('\u0000') || text.includes('\u001b')), 'a control character leaves')
      }
    },
  },
  {
    name: 'labels-name-nobody',
    rule: 'addresses, file names, headers and subjects tell nothing of the member, nor the file names that somebody gave the papers',
    run: async (subject) => {
      const base = named(subject, { family: 'Zzyzxworth', given: 'Quillon' })
      const attachments = base.attachments.map((paper) => ({ ...paper, fileName: 'Zzyzxworth tooth.png' }))
      const enrolment = { ...base.enrolment, memberId: 'MEMBER-4711' }
      const labels = labelsOf(await subject.write([{ ...base, enrolment, attachments }]))
      for (const word of ['Zzyzxworth', 'Quillon', 'MEMBER-4711', base.patient.birthDate])
        demand(!labels.includes(word), 'a label holds a word about the member')
    },
  },
  {
    name: 'errors-name-nobody',
    rule: 'no refusal quotes the member: errors end in logs',
    run: async (subject) => {
      await demandWriting(subject)
      for (const claim of impossible(subject)) {
        const written = await tryToWrite(subject, claim)
        if (!(written instanceof Error)) continue
        for (const word of memberWords(claim))
          demand(
            !`${written.message}${String(written.cause ?? '')}`.includes(word),
            'a refusal quotes a word about the member',
          )
      }
    },
  },
  {
    name: 'readings-name-nobody',
    rule: 'what is read from documents holds no member’s name but in the marks that matching looks at: the rest goes on timelines and into Temporal',
    run: async (subject) => {
      const { patient, enrolment } = claimWith(subject)
      const read = await Promise.all(
        someDocuments(subject).map((message) => subject.adapter.decode(message, subject.context())),
      )
      const said = folded(JSON.stringify(read, (key, value) => (OF_MATCHING.has(key) ? undefined : value)))
      for (const word of [patient.family, enrolment.subscriber.family, enrolment.memberId])
        demand(word.length < 4 || !said.includes(folded(word)), 'a notice holds a word about the member')
    },
  },
]

/** Stays in the inbox and in Postgres. */
const OF_MATCHING: ReadonlySet<string> = new Set(['marks', 'correction'])

/** Claims that most formats cannot carry, each in another way. */
function impossible(subject: Subject): Submission[] {
  const base = named(subject, { family: 'Zzyzxworth', given: 'Quillon' })
  const withName = (family: string): Submission => named(subject, { family, given: 'Quillon' })
  return [
    { ...correction(subject, 'supplement'), patient: base.patient, enrolment: base.enrolment },
    { ...base, purpose: 'replacement' },
    { ...base, total: base.total + 1 },
    { ...base, currency: 'XXX' },
    { ...base, lines: [] },
    { ...charged(subject, [-5_00]), patient: base.patient },
    { ...base, patient: { ...base.patient, birthDate: 'Zzyzxworth' } },
    { ...base, enrolment: { ...base.enrolment, memberId: 'MEMBER 4711 ~*:^\u0000' } },
    withName('Zzyzxworth\u0000~*^'),
    withName('王小明'),
    withName('Z'.repeat(5_000)),
    {
      ...base,
      attachments: base.attachments.map((paper) => ({ ...paper, attachmentId: 'gone', fileName: 'Zzyzxworth.png' })),
    },
  ]
}

/** The document's structure without its values; null when the claim is refused. */
async function shapes(subject: Subject, claim: Submission): Promise<string | null> {
  const written = await tryToWrite(subject, claim)
  if (written instanceof Error) return null
  return JSON.stringify([written.length, (await textsOf(written)).map(shapeOf)])
}
