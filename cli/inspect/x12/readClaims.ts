import { ADJUSTMENT_GROUPS, isAdjustmentReason } from '../../../adapters/formats/x12/codeLists.ts'
import { fromX12Date } from '../../../adapters/formats/x12/dates.ts'
import { at, component, type Segment, type Transaction } from '../../../adapters/formats/x12/interchange.ts'
import { isCurrency, type Minor, sum } from '../../../domain/amounts.ts'
import { lenientAmounts } from '../amounts.ts'
import { type ClaimReport, emptyTransaction, type ProblemCode, type ReadTransaction } from '../report.ts'
import { CLAIM_PURPOSE } from '../statusWords.ts'
import { claimPlace, codeAt, elementName, placeIn } from './place.ts'

interface OpenClaim {
  report: ClaimReport
  place: string
  charged: Minor | null
  lines: (Minor | null)[]
}

/** Which element of a service line is its charge: dental, professional, institutional. */
const CHARGE: Readonly<Record<string, number>> = { SV3: 2, SV1: 2, SV2: 3 }

/** Reads an 837, dental or medical: each CLM with its lines. */
export function readClaims(transaction: Transaction, bySender: string): ReadTransaction {
  const { controlNumber, separators, segments } = transaction
  const report = emptyTransaction('claim', controlNumber)
  const stated = at(
    segments.find(({ elements }) => elements[0] === 'CUR'),
    2,
  ).toUpperCase()
  const currency = isCurrency(stated) ? stated : 'USD'
  const amounts = lenientAmounts(currency, report.problems)
  const notes: ReadTransaction['notes'] = [['sender', bySender]]
  const claims: OpenClaim[] = []
  let claim: OpenClaim | null = null
  for (const segment of segments) take(segment)
  finish()
  return { report, title: '837 claims', notes, currency }

  function problem(code: ProblemCode, where: string, message: string): void {
    report.problems.push({ code, where, message })
  }

  function here(...steps: string[]): string {
    const line = claim !== null && claim.report.lines > 0 ? `LX ${claim.report.lines}` : ''
    return placeIn(controlNumber, claim?.place ?? '', line, ...steps)
  }

  function take(segment: Segment): void {
    const id = segment.elements[0] ?? ''
    const charge = Object.hasOwn(CHARGE, id) ? CHARGE[id] : undefined
    if (charge !== undefined) {
      takeLine(segment, id, charge)
      return
    }
    switch (id) {
      case 'BHT':
        notes.push(['file reference', at(segment, 3)])
        return
      case 'CUR':
        if (!isCurrency(codeAt(segment, 2)))
          problem('malformed', here('CUR02'), 'no currency that we know; read as USD')
        return
      case 'NM1':
        if (at(segment, 1) === '85') notes.push(['billing provider', at(segment, 3)])
        if (codeAt(segment, 1) === 'PR' && claim === null) notes.push(['payer', at(segment, 3)])
        return
      case 'CLM':
        startClaim(segment)
        return
      case 'REF':
        if (claim !== null && codeAt(segment, 1) === 'F8') claim.report.reference = at(segment, 2) || null
        return
      case 'DTP':
        if (claim !== null && !isDate(codeAt(segment, 2), at(segment, 3)))
          problem('malformed', here('DTP03'), 'not the date that DTP02 announces')
        return
      case 'CAS':
        takeCas(segment)
        return
      case 'HL':
        claim = null
        return
    }
  }

  function startClaim(segment: Segment): void {
    claim = null
    const number = at(segment, 1)
    const place = claimPlace('CLM', claims.length + 1, number)
    if (number === '') problem('missing', placeIn(controlNumber, place, 'CLM01'), 'the number of the claim is missing')
    const charged = amounts.read(at(segment, 2), placeIn(controlNumber, place, 'CLM02'), true)
    const frequency = component(codeAt(segment, 5), 3, separators)
    const word = Object.hasOwn(CLAIM_PURPOSE, frequency) ? CLAIM_PURPOSE[frequency] : undefined
    if (frequency === '')
      problem('missing', placeIn(controlNumber, place, 'CLM05'), 'the frequency (new, replacement, void) is missing')
    else if (word === undefined && !/^[0-9A-Z]$/.test(frequency))
      problem('unknown-code', placeIn(controlNumber, place, 'CLM05'), `claim frequency ${frequency} is not in the list`)
    const predetermination = codeAt(segment, 19) === 'PB'
    claim = {
      report: {
        claimId: number || null,
        reference: null,
        status: predetermination ? 'predetermination' : (word ?? frequency) || null,
        charged: amounts.write(charged),
        paid: null,
        patientResponsibility: null,
        lines: 0,
        adjustments: [],
      },
      place,
      charged,
      lines: [],
    }
    claims.push(claim)
    report.claims.push(claim.report)
  }

  function takeLine(segment: Segment, id: string, charge: number): void {
    if (claim === null) {
      problem('malformed', here(`segment ${segment.position}`), `${id} outside a claim`)
      return
    }
    claim.report.lines += 1
    claim.lines.push(amounts.read(at(segment, charge), here(elementName(id, charge)), true))
  }

  /** What another payer adjusted before. */
  function takeCas(segment: Segment): void {
    if (claim === null) return
    const group = codeAt(segment, 1)
    if (!ADJUSTMENT_GROUPS.has(group))
      problem('unknown-code', here('CAS01'), `adjustment group ${group} is not in the list`)
    for (let element = 2; element < segment.elements.length; element += 3) {
      const reason = codeAt(segment, element)
      if (reason === '' && at(segment, element + 1) === '') continue
      if (!isAdjustmentReason(reason))
        problem('unknown-code', here(elementName('CAS', element)), `adjustment reason ${reason} is not in the list`)
      const amount = amounts.read(at(segment, element + 1), here(elementName('CAS', element + 1)), true)
      claim.report.adjustments.push({ group, reason, amount: amounts.write(amount) })
    }
  }

  function finish(): void {
    claim = null
    if (claims.length === 0) problem('missing', placeIn(controlNumber), 'there is no claim (CLM)')
    for (const { place, charged, lines } of claims) {
      const where = placeIn(controlNumber, place)
      if (lines.length === 0) problem('missing', where, 'the claim has no service line')
      const whole = lines.filter((each) => each !== null)
      if (charged === null || lines.length === 0 || whole.length < lines.length) continue
      if (sum(whole) !== charged)
        problem(
          'claim-balance',
          where,
          `CLM02 says ${amounts.write(charged)}, the lines come to ${amounts.write(sum(whole))}`,
        )
    }
    const charges = claims.map((each) => each.charged).filter((each) => each !== null)
    report.total = charges.length === claims.length ? amounts.write(sum(charges)) : null
  }
}

/** D8 is a day, RD8 two of them, TM and DT have a time. */
function isDate(format: string, text: string): boolean {
  if (format === 'RD8')
    return text.split('-').length === 2 && text.split('-').every((each) => fromX12Date(each) !== null)
  if (format === 'TM') return /^\d{4,8}$/.test(text)
  return fromX12Date(text.slice(0, 8)) !== null && (format === 'DT' || text.length === 8)
}
