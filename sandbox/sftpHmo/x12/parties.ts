import type { Name } from './readClaim.ts'
import type { SummitSegment } from './writeX12.ts'

/** Summit as it names itself in its files. */
export const SUMMIT = {
  name: 'SUMMIT DENTAL',
  /** Trading partner id. */
  id: 'SUMMITDENTAL',
  payerId: 'SUM01',
  taxId: '512345678',
  street: '1 SUMMIT WAY',
  city: 'DENVER',
  state: 'CO',
  zip: '80202',
  phone: '3035550100',
}

export function person(code: string, name: Name, memberId: string | null): SummitSegment {
  const id = memberId === null ? [] : ['MI', memberId]
  return ['NM1', code, '1', name.family, name.given, '', '', '', ...id]
}

export function organisation(code: string, name: string, qualifier: string, id: string): SummitSegment {
  return ['NM1', code, '2', name, '', '', '', '', qualifier, id]
}
