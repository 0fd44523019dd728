import type { Notice } from '../../../adapters/contract.ts'
import { decode } from '../../../adapters/providers/summit-dental/decode.ts'
import { context } from './samples.ts'

const NUMBER = '7K2M9QX4TB6VH0RC'

/**
 * An interchange of Summit's with one transaction; counts are made here. `>` is the component
 * separator.
 */
export function interchange(
  { group, guide, kind, usage = 'P' }: { group: string; guide: string; kind: string; usage?: string },
  segments: string[],
): string {
  const st = kind === '835' ? `ST*${kind}*0001` : `ST*${kind}*0001*${guide}`
  return `${[
    `ISA*00*          *00*          *ZZ*SUMMITDENTAL   *ZZ*BRIGHTSMILE    *260310*1405*^*00501*000000901*0*${usage}*>`,
    `GS*${group}*SUMMITDENTAL*BRIGHTSMILE*20260310*1405*901*X*${guide}`,
    st,
    ...segments,
    `SE*${segments.length + 2}*0001`,
    'GE*1*901',
    'IEA*1*000000901',
  ].join('~\n')}~\n`
}

export function read(text: string, change: Parameters<typeof context>[0] = {}): Notice[] {
  const message = { transport: 'sftp' as const, name: 'SUMMITDENTAL_901.x12', body: new TextEncoder().encode(text) }
  return decode(message, context({ now: '2026-04-01T00:00:00.000Z', ...change }))
}

/** A 277CA about one claim, or about the whole batch when `claim` is empty. */
export function acknowledgement(
  claim: string[],
  change: { source?: string; receiver?: string[]; provider?: string[] } = {},
): string {
  const { source = 'PR', receiver = ['TRN*2*000000117', 'STC*A1>19>PR*20260310*WQ*1136'], provider = [] } = change
  return interchange({ group: 'HN', guide: '005010X214', kind: '277' }, [
    'BHT*0085*08*SD0042*20260310*1405*TH',
    'HL*1**20*1',
    `NM1*${source}*2*SUMMIT DENTAL*****46*SUMMITDENTAL`,
    'TRN*1*SD0042',
    'DTP*050*D8*20260310',
    'DTP*009*D8*20260310',
    'HL*2*1*21*1',
    'NM1*41*2*BRIGHT SMILE*****46*BRIGHTSMILE',
    ...receiver,
    ...(claim.length > 0 || provider.length > 0
      ? ['HL*3*2*19*1', 'NM1*85*2*BRIGHT SMILE*****XX*1234567893', ...provider]
      : []),
    ...(claim.length > 0 ? ['HL*4*3*PT', 'NM1*QC*1*DOE*JANE****MI*PF-100200', `TRN*2*${NUMBER}`, ...claim] : []),
  ])
}

/** A 277 that answers an inquiry about one claim. */
export function answer(statuses: string[]): string {
  return interchange({ group: 'HN', guide: '005010X212', kind: '277' }, [
    'BHT*0010*08*SD0043*20260310*1405*DG',
    'HL*1**20*1',
    'NM1*PR*2*SUMMIT DENTAL*****PI*SUM01',
    'HL*2*1*21*1',
    'NM1*41*2*BRIGHT SMILE*****46*BRIGHTSMILE',
    'HL*3*2*19*1',
    'NM1*1P*2*BRIGHT SMILE*****XX*1234567893',
    'HL*4*3*22*0',
    'NM1*IL*1*DOE*JANE****MI*PF-100200',
    `TRN*2*${NUMBER}`,
    ...statuses,
  ])
}

export function acknowledgement999(segments: string[]): string {
  return interchange({ group: 'FA', guide: '005010X231A1', kind: '999' }, segments)
}

/** An 835 of `amount` with these claim segments. */
export function payment(
  amount: string,
  claims: string[],
  change: { bpr?: string; trn?: string; head?: string[]; tail?: string[]; usage?: string } = {},
): string {
  const {
    bpr = `BPR*I*${amount}*C*CHK************20260320`,
    trn = 'TRN*1*CHK1*1512345678',
    head = [],
    tail = [],
    usage = 'P',
  } = change
  return interchange({ group: 'HP', guide: '005010X221A1', kind: '835', usage }, [
    bpr,
    trn,
    ...head,
    'N1*PR*SUMMIT DENTAL',
    'N1*PE*BRIGHT SMILE*XX*1234567893',
    'LX*1',
    ...claims,
    ...tail,
  ])
}
