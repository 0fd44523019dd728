export type Composite = string[]
export type SummitSegment = [id: string, ...elements: (string | Composite)[]]

export interface SummitEnvelope {
  /** Summit's and the clinic's trading partner ids. */
  from: string
  to: string
  /** Of this file; also GS06. */
  control: number
  usage: 'P' | 'T'
  /** Business time. */
  at: Date
}

/** Some files end their segments with a new line, some as Windows does, some with nothing. */
const LINE_ENDS = ['\n', '\r\n', ''] as const
const ELEMENT = '*'
const COMPONENT = '>'
const REPETITION = '^'
const TERMINATOR = '~'

/** An interchange with one group. ST and SE are put around each list of segments. */
export function writeGroup(
  envelope: SummitEnvelope,
  group: { code: string; kind: string; guide: string; hasGuideInSt: boolean },
  transactions: SummitSegment[][],
): string {
  const number = (index: number) => String(index + 1).padStart(4, '0')
  const body = transactions.flatMap((segments, index): SummitSegment[] => [
    ['ST', group.kind, number(index), ...(group.hasGuideInSt ? [group.guide] : [])],
    ...segments,
    ['SE', String(segments.length + 2), number(index)],
  ])
  return writeInterchange(envelope, 1, [
    [
      'GS',
      group.code,
      envelope.from,
      envelope.to,
      day(envelope.at),
      minute(envelope.at),
      String(envelope.control),
      'X',
      group.guide,
    ],
    ...body,
    ['GE', String(transactions.length), String(envelope.control)],
  ])
}

/** ISA and IEA around segments. */
export function writeInterchange(envelope: SummitEnvelope, groups: number, segments: SummitSegment[]): string {
  const control = String(envelope.control).padStart(9, '0')
  const lineEnd = LINE_ENDS[envelope.control % LINE_ENDS.length] ?? ''
  const isa = [
    'ISA',
    '00',
    ' '.repeat(10),
    '00',
    ' '.repeat(10),
    'ZZ',
    envelope.from.padEnd(15),
    'ZZ',
    envelope.to.padEnd(15),
    day(envelope.at).slice(2),
    minute(envelope.at),
    REPETITION,
    '00501',
    control,
    '0',
    envelope.usage,
    COMPONENT,
  ].join(ELEMENT)
  const written = [...segments, ['IEA', String(groups), control] satisfies SummitSegment].map(writeSegment)
  return [isa, ...written].map((segment) => `${segment}${TERMINATOR}${lineEnd}`).join('')
}

/** CCYYMMDD */
export function day(at: Date): string {
  return at.toISOString().slice(0, 10).replaceAll('-', '')
}

/** HHMM */
export function minute(at: Date): string {
  return at.toISOString().slice(11, 16).replace(':', '')
}

function writeSegment([id, ...elements]: SummitSegment): string {
  const written = elements.map((element) =>
    typeof element === 'string' ? plain(element) : withoutEmptyEnd(element.map(plain)).join(COMPONENT),
  )
  return [id, ...withoutEmptyEnd(written)].join(ELEMENT)
}

/** A name may hold what separates here, because it came with other separators. */
function plain(text: string): string {
  return text.replace(/[*>^~]/g, ' ').trim()
}

function withoutEmptyEnd(parts: string[]): string[] {
  return parts.slice(0, parts.findLastIndex((part) => part !== '') + 1)
}
