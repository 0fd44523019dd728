/**
 * Whether a phone number has as many digits as a number can have: 7 to 15 (source: ITU-T E.164,
 * 6.2.1), and in the United States and Canada ten, with or without the country code 1 (source: the
 * North American Numbering Plan; 005010X224A2 PER04 wants them without it).
 */
export function hasPhoneDigits(phone: string, country: string | null): boolean {
  const digits = phone.replace(/\D/g, '')
  const foreign = phone.trim().startsWith('+') && !digits.startsWith('1')
  if ((country === 'US' || country === 'CA') && !foreign) return /^1?[2-9]\d{9}$/.test(digits)
  return digits.length >= 7 && digits.length <= 15
}
