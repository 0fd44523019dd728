import { at, component, type Separators, type X12Problem, type X12Segment, type X12Transaction } from './interchange.ts'
import { personIn, type X12Person } from './paymentAdvice.ts'

/** A 277, as an acknowledgement (X214) or as the answer to an inquiry (X212), in its own words. */
export interface StatusReport {
  /** BHT03 */
  reference: string
  /** BHT04 and BHT05: CCYYMMDD and HHMM on the sender's clock. */
  madeOn: string
  madeAt: string
  /** NM101 of the information source: PR the payer, AY an intermediary. */
  source: string
  /** What is said of the whole batch (receiver) or of all claims of one billing provider. */
  batches: StatusEntry[]
  claims: StatusEntry[]
  /** How many billing providers the report speaks of. */
  providers: number
  problems: X12Problem[]
}

export interface StatusEntry {
  level: 'receiver' | 'provider' | 'claim'
  /** TRN02: of a claim our submission number, of the receiver our BHT03. */
  trace: string
  statuses: Status[]
  /** Statuses of single service lines. */
  lineStatuses: Status[]
  /** By REF01: 1K payer's claim number, D9 clearinghouse, EJ our own number. */
  references: { qualifier: string; value: string }[]
  counts: { qualifier: string; value: string }[]
  /** How many service lines are named. */
  lines: number
  /** NM1 of the patient's loop. */
  people: X12Person[]
  /** DTP*472 of the claim, and the code, charge and day of each line that says them. */
  day: string
  services: { code: string; charged: string; day: string; controlNumber: string }[]
  /** Of a billing provider: how many claims the report names below it. */
  claimsBelow: number
}

export interface Status {
  category: string
  code: string
  entity: string
  /** CCYYMMDD */
  date: string
  /** WQ accepted, U rejected; empty in an inquiry's answer. */
  action: string
  /** STC04 and STC05, as they stood: charge and payment. */
  charged: string
  paid: string
  text: string
}

/** Reads a 277. Never throws. */
export function readStatus(transaction: X12Transaction): StatusReport {
  const { separators } = transaction
  const report: StatusReport = {
    reference: '',
    madeOn: '',
    madeAt: '',
    source: '',
    batches: [],
    claims: [],
    providers: 0,
    problems: [],
  }
  let level = ''
  let entry: StatusEntry | null = null
  let inLine = false
  let people: X12Person[] = []
  for (const segment of transaction.segments) {
    switch (segment.elements[0]) {
      case 'BHT':
        report.reference = at(segment, 3)
        report.madeOn = at(segment, 4)
        report.madeAt = at(segment, 5)
        break
      case 'HL':
        level = at(segment, 3)
        entry = null
        inLine = false
        people = []
        if (level === '19') report.providers += 1
        break
      case 'NM1':
        if (level === '20' && report.source === '') report.source = at(segment, 1)
        people.push(personIn(segment))
        break
      case 'TRN':
        entry = { ...startEntry(level, at(segment, 2)), people }
        inLine = false
        keep(report, entry)
        break
      case 'SVC':
        inLine = true
        if (entry === null) break
        entry.lines += 1
        entry.services.push({
          code: component(at(segment, 1), 2, separators),
          charged: at(segment, 2),
          day: '',
          controlNumber: '',
        })
        break
      case 'DTP':
        if (entry !== null && at(segment, 1) === '472') keepDay(entry, at(segment, 3), inLine)
        break
      case 'STC':
        if (entry === null) {
          // A billing provider's status may come without a trace.
          entry = startEntry(level, '')
          keep(report, entry)
        }
        if (inLine) entry.lineStatuses.push(...readStc(segment, separators))
        else entry.statuses.push(...readStc(segment, separators))
        break
      case 'REF':
        if (!inLine) entry?.references.push({ qualifier: at(segment, 1), value: at(segment, 2) })
        else if (at(segment, 1) === 'FJ') keepControlNumber(entry, at(segment, 2))
        break
      case 'QTY':
        entry?.counts.push({ qualifier: at(segment, 1), value: at(segment, 2) })
        break
    }
  }
  checkClaims(report)
  return report
}

function startEntry(level: string, trace: string): StatusEntry {
  return {
    level: LEVELS[level] ?? 'claim',
    trace,
    statuses: [],
    lineStatuses: [],
    references: [],
    counts: [],
    lines: 0,
    people: [],
    day: '',
    services: [],
    claimsBelow: 0,
  }
}

function keepDay(entry: StatusEntry, day: string, inLine: boolean): void {
  const service = entry.services.at(-1)
  if (!inLine) entry.day = day
  else if (service !== undefined) service.day = day
}

function keepControlNumber(entry: StatusEntry | null, controlNumber: string): void {
  const service = entry?.services.at(-1)
  if (service !== undefined) service.controlNumber = controlNumber
}

/**
 * HL03: 20 source, 21 receiver, 19 provider; 22 subscriber, 23 dependent and PT patient are claims.
 */
const LEVELS: Readonly<Record<string, StatusEntry['level']>> = { '20': 'receiver', '21': 'receiver', '19': 'provider' }

function keep(report: StatusReport, entry: StatusEntry): void {
  if (entry.level !== 'claim') {
    report.batches.push(entry)
    return
  }
  report.claims.push(entry)
  const above = report.batches.at(-1)
  if (above !== undefined) above.claimsBelow += 1
}

/** STC01, STC10 and STC11 each hold one status. */
function readStc(segment: X12Segment, separators: Separators): Status[] {
  return [1, 10, 11]
    .map((element) => at(segment, element))
    .filter((composite) => composite !== '')
    .map((composite) => ({
      category: component(composite, 1, separators),
      code: component(composite, 2, separators),
      entity: component(composite, 3, separators),
      date: at(segment, 2),
      action: at(segment, 3),
      charged: at(segment, 4),
      paid: at(segment, 5),
      text: at(segment, 12),
    }))
}

function checkClaims(report: StatusReport): void {
  for (const [index, claim] of report.claims.entries()) {
    const where = `claim ${index + 1}`
    if (claim.statuses.length === 0 && claim.lineStatuses.length === 0)
      report.problems.push({ code: 'missing', where, message: 'no STC' })
    if (claim.trace === '') report.problems.push({ code: 'missing', where, message: 'no TRN' })
  }
  for (const batch of report.batches) checkCounts(report, batch)
}

/**
 * QTY*90 and QTY*AA of the receiver: how many claims are accepted and rejected. A batch rejected as
 * a whole names none of them.
 */
function checkCounts(report: StatusReport, batch: StatusEntry): void {
  if (batch.level !== 'receiver' || report.claims.length === 0) return
  const named = { '90': 'WQ', AA: 'U' } as const
  for (const [qualifier, action] of Object.entries(named)) {
    const said = batch.counts.find((count) => count.qualifier === qualifier)?.value
    const counted = report.claims.filter((claim) => claim.statuses[0]?.action === action).length
    if (said === undefined || Number(said) === counted) continue
    report.problems.push({
      code: 'missing',
      where: `QTY ${qualifier}`,
      message: `the count is not ${counted}, which is how many claims are named`,
    })
  }
}
