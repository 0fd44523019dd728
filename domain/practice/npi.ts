/**
 * What stands before an NPI when its check digit is made: the United States (80) and health (840).
 */
const PREFIX = '80840'

/**
 * Whether ten digits are an NPI: the last one is the Luhn check digit over `80840` and the nine
 * before it (source: CMS, "Requirements for National Provider Identifier (NPI) and NPI Check
 * Digit", 45 CFR 162.406; ISO/IEC 7812-1 annex B for the formula).
 */
export function isNpi(text: string): boolean {
  if (!/^\d{10}$/.test(text)) return false
  const digits = [...`${PREFIX}${text}`].map(Number).reverse()
  const total = digits.reduce((sum, digit, place) => sum + (place % 2 === 0 ? digit : doubled(digit)), 0)
  return total % 10 === 0
}

function doubled(digit: number): number {
  return digit > 4 ? digit * 2 - 9 : digit * 2
}
