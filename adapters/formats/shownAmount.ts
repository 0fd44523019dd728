import { formatMinor, type Minor } from '../../domain/amounts.ts'

/** "13,600.50" from 1360050: for people. Machines get `formatMinor`, without grouping. */
export function shownAmount(amount: Minor, currency: string): string {
  const [whole = '', fraction] = formatMinor(amount, currency).split('.')
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',')
  return fraction === undefined ? grouped : `${grouped}.${fraction}`
}
