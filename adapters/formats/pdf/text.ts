import { FormatRefusal } from '../../../domain/claims/formatRefusal.ts'
import { stretchesOf } from './direction.ts'
import { type FontName, fontFor, has, missingFonts } from './fonts.ts'

/** A text that no font of ours can show. `letters` are code points, never the text itself. */
export class PdfRefusal extends FormatRefusal {
  override readonly name = 'PdfRefusal'
  readonly letters: string[]

  constructor(letters: string[]) {
    const missing = missingFonts()
    const hint = missing.length === 0 ? '' : ` (not installed here: ${missing.join(', ')})`
    super('form', `no font has ${letters.join(', ')}${hint}: keep the text in letters that it has`)
    this.letters = letters
  }
}

/** Letters that stand beside each other in one font and one direction. */
export interface Run {
  text: string
  font: FontName
  wordBreak?: 'break-all'
}

/**
 * Any text as runs that show every letter of it. Control characters become spaces; invisible marks
 * (direction, joiners) go. Throws `PdfRefusal` when a letter is in no font: a name with a box in it
 * is no name.
 */
export function runsOf(text: string): Run[] {
  const lost = new Set<string>()
  const runs = stretchesOf(plain(text)).flatMap((stretch) => inFonts(stretch, lost))
  if (lost.size > 0) throw new PdfRefusal([...lost])
  return runs.flatMap(breakable)
}

/** Longer than any word that may stand in a column of the form in the widest letters. */
const LONG_WORD = /([^\s-]{18,})/
/** Letters that are joined or made of two units would fall apart: these words stay whole. */
const JOINED = /[\p{Script=Arabic}\p{Script=Syriac}\p{M}\u{10000}-\u{10ffff}]/u

/** A long word may end a line anywhere, since there is no other place for it to end. */
function breakable({ text, font }: Run): Run[] {
  return text
    .split(LONG_WORD)
    .filter((part) => part !== '')
    .map((part) =>
      LONG_WORD.test(part) && !JOINED.test(part) ? { text: part, font, wordBreak: 'break-all' } : { text: part, font },
    )
}

function inFonts(stretch: string, lost: Set<string>): Run[] {
  const runs: Run[] = []
  for (const character of stretch) {
    const last = runs.at(-1)
    const font = fontAfter(last, character)
    if (font === null) lost.add(nameOf(character))
    else if (last?.font === font) last.text += character
    else runs.push({ text: character, font })
  }
  return runs
}

/** Accents, spaces and punctuation keep the font of what they follow. */
const STAYS = /[\p{M}\p{Z}\p{P}]/u

function fontAfter(run: Run | undefined, character: string): FontName | null {
  return run !== undefined && STAYS.test(character) && has(run.font, character) ? run.font : fontFor(character)
}

function plain(text: string): string {
  return text
    .normalize('NFC')
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .replace(/\p{Cf}|\p{Variation_Selector}/gu, '')
}

function nameOf(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`
}
