/**
 * Characters of the X12 extended set (source: X12.6, appendix of every 005010 guide); control
 * characters and national letters are not in it.
 */
const EXTENDED = /^[A-Za-z0-9 !"&'()*+,\-./:;?=%@[\]_{}\\|<>~#$^]*$/

export function isExtended(text: string): boolean {
  return EXTENDED.test(text)
}

/**
 * A name or address as X12 can carry it: accents are taken off, other letters and signs get their
 * nearest plain spelling, separators and what has no spelling become spaces. The same text always
 * gives the same result; cut at `length`.
 */
export function clean(text: string, length: number): string {
  const plain = [...text].map((character) => SPELLINGS[character] ?? character).join('')
  return plain
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^A-Za-z0-9 !"&'()+,\-./;?=%@[\]_{}\\|<>#$]/g, ' ')
    .replace(/ +/g, ' ')
    .trim()
    .slice(0, length)
    .trim()
}

/** True when a letter or digit of the text has no plain spelling: `clean` would lose it. */
export function losesLetters(text: string): boolean {
  return [...text].some((character) => /[\p{L}\p{N}]/u.test(character) && clean(character, 9) === '')
}

/** Letters and signs that Unicode doesn't take apart by itself. */
const SPELLINGS: Readonly<Record<string, string>> = {
  ß: 'ss',
  ẞ: 'SS',
  æ: 'ae',
  Æ: 'AE',
  œ: 'oe',
  Œ: 'OE',
  ø: 'o',
  Ø: 'O',
  đ: 'd',
  Đ: 'D',
  ð: 'd',
  Ð: 'D',
  þ: 'th',
  Þ: 'Th',
  ł: 'l',
  Ł: 'L',
  ħ: 'h',
  Ħ: 'H',
  ı: 'i',
  '‘': "'",
  '’': "'",
  ʼ: "'",
  '`': "'",
  '´': "'",
  '“': '"',
  '”': '"',
  '„': '"',
  '«': '"',
  '»': '"',
  '–': '-',
  '—': '-',
  '‐': '-',
  '‑': '-',
  '−': '-',
  ':': ' ',
  '*': ' ',
  '~': ' ',
  '^': ' ',
}
