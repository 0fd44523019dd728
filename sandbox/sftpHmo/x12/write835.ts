import type { ClaimPayment, LinePayment } from '../adjudicate.ts'
import type { SummitClaim } from '../bookTypes.ts'
import { fromMinor } from './amounts.ts'
import { person, SUMMIT } from './parties.ts'
import { day, type SummitEnvelope, type SummitSegment, writeGroup } from './writeX12.ts'

/** One payment to one payee. Amounts in minor units of one currency. */
export interface SummitRemittance {
  payee: SummitClaim['payee']
  currency: string
  claims: { claim: SummitClaim; payment: ClaimPayment }[]
  /** What the payee owed before, with the reference under which it was carried (PLB FB). */
  owed: { amount: number; reference: string }
}

/**
 * 835. `owed` is what the payee owes after it: a payment never goes below zero, the rest is carried
 * to the next one.
 */
export function write835(
  envelope: SummitEnvelope,
  remittance: SummitRemittance,
): { text: string; owed: SummitRemittance['owed'] } {
  const { currency, claims, owed, payee } = remittance
  const money = (minor: number) => fromMinor(minor, currency)
  const net = claims.reduce((sum, { payment }) => sum + payment.paid, 0) - owed.amount
  const carried = { amount: Math.max(0, -net), reference: `FB${envelope.control}` }
  const today = day(envelope.at)
  const trace = `EFT${String(envelope.control).padStart(8, '0')}`
  const segments: SummitSegment[] = [
    net > 0
      ? [
          'BPR',
          'I',
          money(net),
          'C',
          'ACH',
          'CCP',
          '01',
          '021000021',
          'DA',
          '1234',
          `1${SUMMIT.taxId}`,
          '',
          '01',
          '031000503',
          'DA',
          '7654321',
          today,
        ]
      : ['BPR', 'H', '0', 'C', 'NON', '', '', '', '', '', '', '', '', '', '', '', today],
    ['TRN', '1', trace, `1${SUMMIT.taxId}`],
    // US dollars unless it says otherwise.
    ...(currency === 'USD' ? [] : ([['CUR', 'PR', currency]] satisfies SummitSegment[])),
    ['DTM', '405', today],
    ['N1', 'PR', SUMMIT.name],
    ['N3', SUMMIT.street],
    ['N4', SUMMIT.city, SUMMIT.state, SUMMIT.zip],
    ['PER', 'BL', 'CLAIMS DESK', 'TE', SUMMIT.phone],
    ['N1', 'PE', payee.name, 'XX', payee.npi],
    ...(payee.taxId === '' ? [] : ([['REF', 'TJ', payee.taxId]] satisfies SummitSegment[])),
    ['LX', '1'],
    ...claims.flatMap(({ claim, payment }) => aboutClaim(claim, payment, money)),
    ...forwardBalances(payee.npi, today, { owed, carried }, money),
  ]
  const group = { code: 'HP', kind: '835', guide: '005010X221A1', hasGuideInSt: false }
  return { text: writeGroup(envelope, group, [segments]), owed: carried }
}

function aboutClaim(claim: SummitClaim, payment: ClaimPayment, money: (minor: number) => string): SummitSegment[] {
  const { status, charge, paid, patientResponsibility: patients } = payment
  return [
    [
      'CLP',
      claim.submissionNumber,
      status,
      money(charge),
      money(paid),
      patients ? money(patients) : '',
      'HM',
      claim.claimNumber,
      '11',
      frequency(claim),
    ],
    person('QC', claim.patient, claim.memberId),
    ...(claim.subscriber ? [person('IL', claim.subscriber, claim.memberId)] : []),
    ['DTM', '050', day(new Date(claim.at))],
    ...payment.lines.flatMap((line) => aboutLine(line, money)),
  ]
}

function frequency({ purpose }: SummitClaim): string {
  return purpose === 'replacement' ? '7' : purpose === 'void' ? '8' : '1'
}

function aboutLine(line: LinePayment, money: (minor: number) => string): SummitSegment[] {
  return [
    ['SVC', ['AD', line.code], money(line.charge), money(line.paid), '', '1'],
    ['DTM', '472', line.date],
    ...line.adjustments.map(({ group, reason, amount }): SummitSegment => ['CAS', group, reason, money(amount)]),
    ...(line.controlNumber === '' ? [] : ([['REF', '6R', line.controlNumber]] satisfies SummitSegment[])),
  ]
}

/**
 * Positive takes money away (what was owed is settled now), negative gives (what can't be settled
 * now is carried).
 */
function forwardBalances(
  npi: string,
  today: string,
  { owed, carried }: { owed: SummitRemittance['owed']; carried: SummitRemittance['owed'] },
  money: (minor: number) => string,
): SummitSegment[] {
  const fiscalYearEnd = `${today.slice(0, 4)}1231`
  const balances = [
    ...(owed.amount > 0 ? [['FB', owed.reference, money(owed.amount)] as const] : []),
    ...(carried.amount > 0 ? [['FB', carried.reference, money(-carried.amount)] as const] : []),
  ]
  if (balances.length === 0) return []
  return [
    ['PLB', npi, fiscalYearEnd, ...balances.flatMap(([reason, reference, amount]) => [[reason, reference], amount])],
  ]
}
