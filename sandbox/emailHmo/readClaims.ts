import { readCsv } from './readCsv.ts'

/** A claim as the list of a mail says it. Amounts in minor units. */
export interface ListedClaim {
  use: 'TEST' | 'LIVE'
  account: string
  submissionNumber: string
  purpose: 'NEW' | 'REPLACEMENT' | 'APPEAL' | 'VOID' | 'SUPPLEMENT'
  theirClaim: string
  ourOriginal: string
  memberId: string
  total: number
  currency: string
  lines: { line: string; code: string; charge: number }[]
}

/** The claims of a list; null when it is not whole. */
export function readClaims(text: string): ListedClaim[] | null {
  const rows = readCsv(text)
  const end = rows?.pop()
  if (!rows || end?.['use'] !== 'END' || Number(end['account']) !== rows.length) return null
  const claims = new Map<string, ListedClaim>()
  for (const row of rows) {
    const at = (column: string) => row[column] ?? ''
    const number = at('submission').toUpperCase()
    const charge = minorOf(at('charge'))
    const total = minorOf(at('claim_total'))
    if (number === '' || charge === null || total === null) return null
    const claim: ListedClaim = claims.get(number) ?? {
      use: at('use') as ListedClaim['use'],
      account: at('account'),
      submissionNumber: number,
      purpose: at('purpose') as ListedClaim['purpose'],
      theirClaim: at('their_claim'),
      ourOriginal: at('our_original'),
      memberId: at('member'),
      total,
      currency: at('currency'),
      lines: [],
    }
    claim.lines.push({ line: at('line'), code: at('code'), charge })
    claims.set(number, claim)
  }
  return [...claims.values()]
}

/** Centavos: all that Visayas pays in has two digits. */
export function minorOf(text: string): number | null {
  const [, whole, fraction = ''] = /^(\d{1,10})(?:\.(\d{2}))?$/.exec(text) ?? []
  return whole === undefined ? null : Number(whole) * 100 + Number(fraction || '0')
}

export function amountOf(minor: number): string {
  const digits = String(Math.abs(minor)).padStart(3, '0')
  return `${minor < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`
}
