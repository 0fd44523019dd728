import { dayIn } from '../../zones.ts'

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** 24 Nov 2026 */
export function day(instant: string, zone: string): string {
  const [year = '', month = '', date = ''] = dayIn(zone, instant).split('-')
  return `${Number(date)} ${MONTHS[Number(month) - 1] ?? month} ${year}`
}
