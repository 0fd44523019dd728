/**
 * A decimal amount of the file as minor units of its currency; null for what is none. Own code, not
 * the adapters'.
 */
export function toMinor(text: string, currency: string): number | null {
  const match = /^(-?)(\d{1,12})?(?:\.(\d+))?$/.exec(text)
  const digits = digitsOf(currency)
  const [, sign, whole = '', fraction = ''] = match ?? []
  if (!match || whole + fraction === '' || fraction.slice(digits).replace(/0/g, '') !== '') return null
  const minor = Number(whole + fraction.slice(0, digits).padEnd(digits, '0'))
  return sign === '-' && minor !== 0 ? -minor : minor
}

/** As X12 writes decimals: no zeros behind, no point without digits. */
export function fromMinor(minor: number, currency: string): string {
  const digits = digitsOf(currency)
  const text = String(Math.abs(minor)).padStart(digits + 1, '0')
  const whole = text.slice(0, text.length - digits)
  const fraction = text.slice(text.length - digits).replace(/0+$/, '')
  return `${minor < 0 ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`
}

export function share(amount: number, percent: number): number {
  return Math.floor((amount * percent) / 100)
}

function digitsOf(currency: string): number {
  return new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2
}
