/**
 * A stretch of text as it stands on the line, from left to right; letters within a stretch are
 * turned by the font's shaping where their script asks.
 */
type Stretch = string

const R = '[\\p{Script=Hebrew}\\p{Script=Arabic}\\p{Script=Syriac}\\p{Script=Thaana}]'
/**
 * From the first to the last right-to-left letter, as long as no letter of another script stands
 * between them.
 */
const RIGHT_TO_LEFT = new RegExp(`(${R}(?:(?:(?!\\p{L})[\\s\\S]|${R})*(?:${R}\\p{M}*))?)`, 'u')
/** Within it, words and numbers change places, and each stays as it is. */
const PIECES = /(\s+|\d+(?:[.,:/-]\d+)*)/

/**
 * One line of text, its right-to-left words in the order in which they are seen. The line itself
 * runs from left to right, as our papers do; this is the part of the Unicode bidirectional
 * algorithm (UAX 9) that names, addresses and remarks need.
 */
export function stretchesOf(line: string): Stretch[] {
  return line
    .split(RIGHT_TO_LEFT)
    .flatMap((part, index) => (index % 2 === 0 ? [part] : part.split(PIECES).reverse()))
    .filter((part) => part !== '')
}
