import type { SummitClaim } from '../bookTypes.ts'
import { fromMinor } from './amounts.ts'
import { grouped } from './groups.ts'
import { organisation, person, SUMMIT } from './parties.ts'
import { type Composite, day, minute, type SummitEnvelope, type SummitSegment, writeGroup } from './writeX12.ts'

export type AckVerdict = 'forwarded' | 'acknowledged' | 'rejected'

/**
 * 277CA: what became of the claims of one interchange, a transaction for each 837D of it.
 * `forwarded` speaks as the clearinghouse in between.
 */
export function write277ca(
  envelope: SummitEnvelope,
  claims: { claim: SummitClaim; verdict: AckVerdict }[],
  isForwarded: boolean,
): string {
  const group = { code: 'HN', kind: '277', guide: '005010X214', hasGuideInSt: true }
  const batches = grouped(claims, ({ claim }) => claim.batch.transaction)
  return writeGroup(
    envelope,
    group,
    batches.map((batch) => aboutBatch(envelope, batch, isForwarded)),
  )
}

function aboutBatch(
  { at, control }: SummitEnvelope,
  claims: { claim: SummitClaim; verdict: AckVerdict }[],
  isForwarded: boolean,
): SummitSegment[] {
  const [first] = claims
  if (!first) return []
  const { batch, currency } = first.claim
  const today = day(at)
  const taken = claims.filter(({ verdict }) => verdict !== 'rejected')
  const rejected = claims.filter(({ verdict }) => verdict === 'rejected')
  const amount = (some: typeof claims) =>
    fromMinor(
      some.reduce((sum, { claim }) => sum + claim.total, 0),
      currency,
    )
  const providers = grouped(claims, ({ claim }) => claim.payee.npi)
  let level = 2
  return [
    ['BHT', '0085', '08', `277CA${control}`, today, minute(at), 'TH'],
    ['HL', '1', '', '20', '1'],
    isForwarded
      ? organisation('AY', 'PEAK CLEARINGHOUSE', '46', 'PEAKCLEAR')
      : organisation('PR', SUMMIT.name, 'PI', SUMMIT.payerId),
    ['TRN', '1', `${today}-${control}`],
    ['DTP', '050', 'D8', day(new Date(first.claim.at))],
    ['DTP', '009', 'D8', today],
    ['HL', '2', '1', '21', '1'],
    organisation('41', batch.submitterName, '46', batch.submitterId),
    ['TRN', '2', batch.reference],
    ['STC', ['A1', '19', isForwarded ? 'AY' : 'PR'], today, 'WQ', amount(claims)],
    ...count('90', 'YU', taken, amount),
    ...count('AA', 'YY', rejected, amount),
    ...providers.flatMap((ofProvider): SummitSegment[] => {
      const { payee } = ofProvider[0]?.claim ?? first.claim
      level += 1
      const provider = String(level)
      return [
        ['HL', provider, '2', '19', '1'],
        organisation('85', payee.name, 'XX', payee.npi),
        ['TRN', '1', '0'],
        ['STC', ['A1', '19', isForwarded ? 'AY' : 'PR'], '', 'WQ', amount(ofProvider)],
        ...ofProvider.flatMap(({ claim, verdict }): SummitSegment[] => {
          level += 1
          return [['HL', String(level), provider, 'PT'], ...aboutClaim(claim, verdict, today)]
        }),
      ]
    }),
  ]
}

function count<C>(quantity: string, sum: string, claims: C[], amount: (some: C[]) => string): SummitSegment[] {
  if (claims.length === 0) return []
  return [
    ['QTY', quantity, String(claims.length)],
    ['AMT', sum, amount(claims)],
  ]
}

function aboutClaim(claim: SummitClaim, verdict: AckVerdict, today: string): SummitSegment[] {
  const dates = claim.lines.map((line) => line.date).sort()
  const [first, last] = [dates[0] ?? today, dates.at(-1) ?? today]
  return [
    person('QC', claim.patient, claim.memberId),
    ['TRN', '2', claim.submissionNumber],
    [
      'STC',
      statusOf(claim, verdict),
      today,
      verdict === 'rejected' ? 'U' : 'WQ',
      fromMinor(claim.total, claim.currency),
    ],
    // Only what Summit takes into adjudication gets a number.
    ...(verdict === 'acknowledged' ? ([['REF', '1K', claim.claimNumber]] satisfies SummitSegment[]) : []),
    ...(verdict === 'forwarded' ? ([['REF', 'D9', `PK${claim.control}`]] satisfies SummitSegment[]) : []),
    first === last ? ['DTP', '472', 'D8', first] : ['DTP', '472', 'RD8', `${first}-${last}`],
  ]
}

/** Category, status and entity (X12 external code sources 507 and 508). */
export function statusOf(claim: SummitClaim, verdict: AckVerdict): Composite {
  if (verdict === 'forwarded') return ['A0', '16', 'PR']
  if (verdict === 'acknowledged') return ['A2', '20', 'PR']
  if (claim.fate === 'reject-reference') return ['A7', '464', 'PR']
  return claim.fate === 'reject-total' ? ['A7', '178', '85'] : ['A7', '164', 'IL']
}
