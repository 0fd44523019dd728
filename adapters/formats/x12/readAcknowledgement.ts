import { at, type X12Problem, type X12Segment, type X12Transaction } from './interchange.ts'

/**
 * A 999 (005010X231A1) in its own words: what the receiver's translator says of one functional
 * group of ours.
 */
export interface GroupAcknowledgement {
  /** AK101 */
  functionalId: string
  /** AK102: our GS06 */
  controlNumber: string
  /** AK901: A accepted, E accepted with errors, P partly, R and others rejected. */
  verdict: string
  transactions: TransactionAcknowledgement[]
  problems: X12Problem[]
}

export interface TransactionAcknowledgement {
  /** AK202: our ST02 */
  controlNumber: string
  /** IK501 */
  verdict: string
  errors: SyntaxError999[]
}

/** Where a rule was broken. The bad value itself (IK404) is left out: it may be patient data. */
export interface SyntaxError999 {
  list: '999 IK3' | '999 IK4' | '999 IK5'
  code: string
  where: string
}

/** Reads a 999. Never throws. */
export function readAcknowledgement(transaction: X12Transaction): GroupAcknowledgement {
  const read: GroupAcknowledgement = {
    functionalId: '',
    controlNumber: '',
    verdict: '',
    transactions: [],
    problems: [],
  }
  let current: TransactionAcknowledgement | null = null
  let segmentAt = ''
  for (const segment of transaction.segments) {
    switch (segment.elements[0]) {
      case 'AK1':
        read.functionalId = at(segment, 1)
        read.controlNumber = at(segment, 2)
        break
      case 'AK2':
        current = { controlNumber: at(segment, 2), verdict: '', errors: [] }
        read.transactions.push(current)
        break
      case 'IK3':
        segmentAt = `segment ${at(segment, 2)} ${at(segment, 1)}`
        current?.errors.push({ list: '999 IK3', code: at(segment, 4), where: segmentAt })
        break
      case 'IK4':
        current?.errors.push({ list: '999 IK4', code: at(segment, 3), where: `${segmentAt} element ${at(segment, 1)}` })
        break
      case 'IK5':
        if (current === null) break
        current.verdict = at(segment, 1)
        current.errors.push(...codes(segment, '999 IK5', 2, 6))
        break
      case 'AK9':
        read.verdict = at(segment, 1)
        break
    }
  }
  if (read.controlNumber === '')
    read.problems.push({ code: 'missing', where: 'AK102', message: 'the group is not named' })
  if (read.verdict === '') read.problems.push({ code: 'missing', where: 'AK901', message: 'the verdict is missing' })
  return read
}

function codes(segment: X12Segment, list: SyntaxError999['list'], from: number, to: number): SyntaxError999[] {
  return segment.elements
    .slice(from, to + 1)
    .flatMap((code) => (code === '' ? [] : [{ list, code, where: 'transaction' }]))
}
