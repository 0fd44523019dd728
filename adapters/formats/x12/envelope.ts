import {
  at,
  type Separators,
  type X12Group,
  type X12Interchange,
  type X12Problem,
  type X12Segment,
  type X12Transaction,
} from './interchange.ts'

/** Takes one segment after the other; `ended` once IEA has been taken. */
export interface EnvelopeReader {
  problems: X12Problem[]
  enveloped: boolean
  ended: boolean
  read(elements: string[]): void
  finish(): X12Interchange
}

/**
 * Takes one segment after the other and checks counts and control numbers as each envelope closes.
 */
export function startEnvelope(separators: Separators): EnvelopeReader {
  return new EnvelopeChecks(separators)
}

class EnvelopeChecks implements EnvelopeReader {
  readonly problems: X12Problem[] = []
  enveloped = false
  ended = false
  readonly #separators: Separators
  readonly #acknowledgements: X12Segment[] = []
  readonly #groups: X12Group[] = []
  #header: X12Segment | null = null
  /** `bare`: a transaction came without a GS, and the group was made for it. */
  #group: { read: X12Group; closed: boolean; bare: boolean } | null = null
  #open: X12Transaction | null = null
  #guideOfGroup = ''
  #numbersOfGroup = new Set<string>()
  #taken = 0

  constructor(separators: Separators) {
    this.#separators = separators
  }

  #problem(code: X12Problem['code'], where: string, message: string): void {
    this.problems.push({ code, where, message })
  }

  read(elements: string[]): void {
    this.#taken += 1
    const segment: X12Segment = {
      elements,
      position: this.#open === null ? this.#taken : this.#open.segments.length + 1,
    }
    switch (elements[0]) {
      case 'ISA':
        this.#header = segment
        this.enveloped = true
        return
      case 'TA1':
        this.#acknowledgements.push(segment)
        return
      case 'GS':
        this.#openGroup(segment)
        return
      case 'ST':
        this.#openTransaction(segment)
        return
      case 'SE':
        this.#endTransaction(segment)
        return
      case 'GE':
        this.#endGroup(segment)
        return
      case 'IEA':
        this.#endInterchange(segment)
        return
      default:
        if (this.#open === null)
          this.#problem('malformed', `segment ${this.#taken}`, 'a segment stands outside a transaction')
        else this.#open.segments.push(segment)
    }
  }

  #openGroup(segment: X12Segment): void {
    this.#closeTransaction(`GS ${at(segment, 6)}`)
    if (this.#group !== null && !this.#group.closed && !this.#group.bare)
      this.#problem('missing', `GS ${this.#group.read.controlNumber}`, 'the group has no GE')
    this.#group = {
      read: { functionalId: at(segment, 1), controlNumber: at(segment, 6), transactions: [] },
      closed: false,
      bare: false,
    }
    this.#guideOfGroup = at(segment, 8)
    this.#numbersOfGroup = new Set()
    this.#groups.push(this.#group.read)
  }

  #openTransaction(segment: X12Segment): void {
    this.#closeTransaction(`ST ${at(segment, 2)}`)
    if (this.#group === null || this.#group.closed) {
      this.#group = { read: { functionalId: '', controlNumber: '', transactions: [] }, closed: false, bare: true }
      this.#guideOfGroup = ''
      this.#numbersOfGroup = new Set()
      this.#groups.push(this.#group.read)
      if (this.enveloped) this.#problem('missing', `ST ${at(segment, 2)}`, 'the transaction stands outside a group')
    }
    const kind = at(segment, 1)
    const controlNumber = at(segment, 2)
    if (this.#numbersOfGroup.has(`${kind} ${controlNumber}`)) {
      this.#problem('control-number', `ST ${controlNumber}`, 'the control number is used twice in one group')
    }
    this.#numbersOfGroup.add(`${kind} ${controlNumber}`)
    this.#open = {
      kind,
      controlNumber,
      guide: at(segment, 3) || this.#guideOfGroup,
      separators: this.#separators,
      segments: [{ ...segment, position: 1 }],
    }
    this.#group.read.transactions.push(this.#open)
  }

  #endTransaction(segment: X12Segment): void {
    if (this.#open === null) {
      this.#problem('malformed', `segment ${this.#taken}`, 'SE without ST')
      return
    }
    const where = `ST ${this.#open.controlNumber}`
    this.#open.segments.push(segment)
    this.#checkCount(where, 'SE01', at(segment, 1), this.#open.segments.length)
    this.#checkNumber(where, 'SE02', at(segment, 2), this.#open.controlNumber)
    this.#open = null
  }

  #endGroup(segment: X12Segment): void {
    this.#closeTransaction('GE')
    if (this.#group === null || this.#group.closed || this.#group.bare) {
      this.#problem('malformed', `segment ${this.#taken}`, 'GE without GS')
      return
    }
    const where = `GS ${this.#group.read.controlNumber}`
    this.#checkCount(where, 'GE01', at(segment, 1), this.#group.read.transactions.length)
    this.#checkNumber(where, 'GE02', at(segment, 2), this.#group.read.controlNumber)
    this.#group.closed = true
  }

  #endInterchange(segment: X12Segment): void {
    this.#closeTransaction('IEA')
    if (this.#group !== null && !this.#group.closed && !this.#group.bare)
      this.#problem('missing', `GS ${this.#group.read.controlNumber}`, 'the group has no GE')
    this.ended = true
    if (this.#header === null) {
      this.#problem('malformed', `segment ${this.#taken}`, 'IEA without ISA')
      return
    }
    this.#checkCount('ISA', 'IEA01', at(segment, 1), this.#groups.filter((each) => each.functionalId !== '').length)
    this.#checkNumber('ISA', 'IEA02', at(segment, 2), at(this.#header, 13))
  }

  #closeTransaction(before: string): void {
    if (this.#open !== null)
      this.#problem('missing', `ST ${this.#open.controlNumber}`, `the transaction has no SE before ${before}`)
    this.#open = null
  }

  #checkCount(where: string, element: string, said: string, counted: number): void {
    if (Number(said) === counted && /^\d+$/.test(said)) return
    this.#problem('segment-count', where, `${element} does not say ${counted}, which is what the document holds`)
  }

  #checkNumber(where: string, element: string, said: string, opened: string): void {
    if (said !== opened || opened === '')
      this.#problem('control-number', where, `${element} is not the number that the envelope opened with`)
  }

  finish(): X12Interchange {
    this.#closeTransaction('the end')
    if (this.enveloped && !this.ended) this.#problem('missing', 'ISA', 'the interchange has no IEA: it is cut off')
    else if (this.#group !== null && !this.#group.closed && !this.#group.bare && !this.ended) {
      this.#problem('missing', `GS ${this.#group.read.controlNumber}`, 'the group has no GE: it is cut off')
    }
    return {
      separators: this.#separators,
      enveloped: this.enveloped,
      senderId: at(this.#header ?? undefined, 6).trim(),
      receiverId: at(this.#header ?? undefined, 8).trim(),
      controlNumber: at(this.#header ?? undefined, 13),
      usage: usageOf(at(this.#header ?? undefined, 15)),
      acknowledgements: this.#acknowledgements,
      groups: this.#groups,
      problems: this.problems,
    }
  }
}

function usageOf(said: string): X12Interchange['usage'] {
  return said === 'P' || said === 'T' ? said : ''
}
