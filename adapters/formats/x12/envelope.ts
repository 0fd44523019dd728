import {
  at,
  type Group,
  type Interchange,
  type Problem,
  type Segment,
  type Separators,
  type Transaction,
} from './interchange.ts'

/** Takes one segment after the other; `ended` once IEA has been taken. */
export interface EnvelopeReader {
  problems: Problem[]
  enveloped: boolean
  ended: boolean
  take(elements: string[]): void
  finish(): Interchange
}

/** Takes one segment after the other and checks counts and control numbers as each envelope closes. */
export function startEnvelope(separators: Separators): EnvelopeReader {
  let header: Segment | null = null
  const acknowledgements: Segment[] = []
  const groups: Group[] = []
  let group: { read: Group; closed: boolean; bare: boolean } | null = null
  let open: Transaction | null = null
  let guideOfGroup = ''
  let numbersOfGroup = new Set<string>()
  let taken = 0
  const reader: EnvelopeReader = { problems: [], enveloped: false, ended: false, take, finish }
  return reader

  function problem(code: Problem['code'], where: string, message: string): void {
    reader.problems.push({ code, where, message })
  }

  function take(elements: string[]): void {
    taken += 1
    const segment: Segment = { elements, position: open === null ? taken : open.segments.length + 1 }
    switch (elements[0]) {
      case 'ISA':
        header = segment
        reader.enveloped = true
        return
      case 'TA1':
        acknowledgements.push(segment)
        return
      case 'GS':
        closeTransaction(`GS ${at(segment, 6)}`)
        if (group !== null && !group.closed && !group.bare)
          problem('missing', `GS ${group.read.controlNumber}`, 'the group has no GE')
        group = {
          read: { functionalId: at(segment, 1), controlNumber: at(segment, 6), transactions: [] },
          closed: false,
          bare: false,
        }
        guideOfGroup = at(segment, 8)
        numbersOfGroup = new Set()
        groups.push(group.read)
        return
      case 'ST':
        openTransaction(segment)
        return
      case 'SE':
        endTransaction(segment)
        return
      case 'GE':
        endGroup(segment)
        return
      case 'IEA':
        endInterchange(segment)
        return
      default:
        if (open === null) problem('malformed', `segment ${taken}`, 'a segment stands outside a transaction')
        else open.segments.push(segment)
    }
  }

  function openTransaction(segment: Segment): void {
    closeTransaction(`ST ${at(segment, 2)}`)
    if (group === null || group.closed) {
      group = { read: { functionalId: '', controlNumber: '', transactions: [] }, closed: false, bare: true }
      guideOfGroup = ''
      numbersOfGroup = new Set()
      groups.push(group.read)
      if (reader.enveloped) problem('missing', `ST ${at(segment, 2)}`, 'the transaction stands outside a group')
    }
    const kind = at(segment, 1)
    const controlNumber = at(segment, 2)
    if (numbersOfGroup.has(`${kind} ${controlNumber}`)) {
      problem('control-number', `ST ${controlNumber}`, 'the control number is used twice in one group')
    }
    numbersOfGroup.add(`${kind} ${controlNumber}`)
    open = {
      kind,
      controlNumber,
      guide: at(segment, 3) || guideOfGroup,
      separators,
      segments: [{ ...segment, position: 1 }],
    }
    group.read.transactions.push(open)
  }

  function endTransaction(segment: Segment): void {
    if (open === null) {
      problem('malformed', `segment ${taken}`, 'SE without ST')
      return
    }
    const where = `ST ${open.controlNumber}`
    open.segments.push(segment)
    checkCount(where, 'SE01', at(segment, 1), open.segments.length)
    checkNumber(where, 'SE02', at(segment, 2), open.controlNumber)
    open = null
  }

  function endGroup(segment: Segment): void {
    closeTransaction('GE')
    if (group === null || group.closed || group.bare) {
      problem('malformed', `segment ${taken}`, 'GE without GS')
      return
    }
    const where = `GS ${group.read.controlNumber}`
    checkCount(where, 'GE01', at(segment, 1), group.read.transactions.length)
    checkNumber(where, 'GE02', at(segment, 2), group.read.controlNumber)
    group.closed = true
  }

  function endInterchange(segment: Segment): void {
    closeTransaction('IEA')
    if (group !== null && !group.closed && !group.bare)
      problem('missing', `GS ${group.read.controlNumber}`, 'the group has no GE')
    reader.ended = true
    if (header === null) {
      problem('malformed', `segment ${taken}`, 'IEA without ISA')
      return
    }
    checkCount('ISA', 'IEA01', at(segment, 1), groups.filter((each) => each.functionalId !== '').length)
    checkNumber('ISA', 'IEA02', at(segment, 2), at(header, 13))
  }

  function closeTransaction(before: string): void {
    if (open !== null) problem('missing', `ST ${open.controlNumber}`, `the transaction has no SE before ${before}`)
    open = null
  }

  function checkCount(where: string, element: string, said: string, counted: number): void {
    if (Number(said) === counted && /^\d+$/.test(said)) return
    problem('segment-count', where, `${element} does not say ${counted}, which is what the document holds`)
  }

  function checkNumber(where: string, element: string, said: string, opened: string): void {
    if (said !== opened || opened === '')
      problem('control-number', where, `${element} is not the number that the envelope opened with`)
  }

  function finish(): Interchange {
    closeTransaction('the end')
    if (reader.enveloped && !reader.ended) problem('missing', 'ISA', 'the interchange has no IEA: it is cut off')
    else if (group !== null && !group.closed && !group.bare && !reader.ended) {
      problem('missing', `GS ${group.read.controlNumber}`, 'the group has no GE: it is cut off')
    }
    return {
      separators,
      enveloped: reader.enveloped,
      senderId: at(header ?? undefined, 6).trim(),
      receiverId: at(header ?? undefined, 8).trim(),
      controlNumber: at(header ?? undefined, 13),
      usage: usageOf(at(header ?? undefined, 15)),
      acknowledgements,
      groups,
      problems: reader.problems,
    }
  }
}

function usageOf(said: string): Interchange['usage'] {
  return said === 'P' || said === 'T' ? said : ''
}
