/** The twin's own arithmetic: fils, always two places. Shares nothing with the product. */

/** Fils of "1200.50"; null for anything else. */
export function toFils(text: string): number | null {
  const match = /^(-?)(\d{1,12})(?:\.(\d{1,2}))?$/.exec(text)
  if (!match) return null
  const fils = Number(match[2]) * 100 + Number((match[3] ?? '').padEnd(2, '0'))
  return match[1] === '-' ? -fils : fils
}

export function fromFils(fils: number): string {
  const digits = String(Math.abs(fils)).padStart(3, '0')
  return `${fils < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`
}
