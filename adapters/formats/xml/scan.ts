/** Deeper documents are not ours: a Claim.Submission has five levels. */
const DEEPEST = 32
/** 5,000 paid claims have half as many. */
const MOST_ELEMENTS = 200_000
/** References to characters; names with an ampersand have one. */
const MOST_REFERENCES = 100_000
/** No element of ours has more than a few attributes. */
const LONGEST_TAG = 5_000
/** Names that a parser's objects may treat as their own. */
const OWN_NAMES = new Set(['__proto__', 'constructor', 'prototype'])

/**
 * Looks a document over, tag by tag, before any parser sees it, and says what must not be in it.
 * Null: a parser may have it. Time grows with the length only; nothing is kept.
 */
export function scan(text: string): string | null {
  let depth = 0
  let elements = 0
  let at = text.indexOf('<')
  while (at >= 0) {
    const skipped = skip(text, at)
    if (typeof skipped === 'string') return skipped
    if (skipped !== null) {
      at = text.indexOf('<', skipped)
      continue
    }
    const closing = text[at + 1] === '/'
    const end = endOfTag(text, at)
    if (end < 0) return 'a tag is not closed'
    if (end - at > LONGEST_TAG) return `a tag is longer than ${LONGEST_TAG} characters`
    elements += closing ? 0 : 1
    if (elements > MOST_ELEMENTS) return `it has more than ${MOST_ELEMENTS} elements`
    const name = /^[^\s/>]*/.exec(text.slice(at + (closing ? 2 : 1), Math.min(end, at + 200)))?.[0] ?? ''
    if (OWN_NAMES.has(name)) return `an element is named ${name}`
    if (closing) depth -= 1
    else if (text[end - 1] !== '/') depth += 1
    if (depth > DEEPEST) return `its elements are nested deeper than ${DEEPEST}`
    at = text.indexOf('<', end)
  }
  return tooManyReferences(text) ? `it has more than ${MOST_REFERENCES} character references` : null
}

function tooManyReferences(text: string): boolean {
  let count = 0
  for (let at = text.indexOf('&'); at >= 0 && count <= MOST_REFERENCES; at = text.indexOf('&', at + 1)) count += 1
  return count > MOST_REFERENCES
}

/**
 * Behind a comment, CDATA section or the XML declaration; null for an element's tag; a sentence for
 * what is refused.
 */
function skip(text: string, at: number): number | string | null {
  if (text.startsWith('<!--', at)) return behind(text, at + 4, '-->', 'a comment is not closed')
  if (text.startsWith('<![CDATA[', at)) return behind(text, at + 9, ']]>', 'a CDATA section is not closed')
  if (text.startsWith('<!', at)) return 'it declares a document type or entities'
  if (!text.startsWith('<?', at)) return null
  if (!/^<\?xml\s/.test(text.slice(at, at + 6)) || at > 0) return 'it holds a processing instruction'
  return behind(text, at + 2, '?>', 'the XML declaration is not closed')
}

function behind(text: string, from: number, mark: string, otherwise: string): number | string {
  const end = text.indexOf(mark, from)
  return end < 0 ? otherwise : end + mark.length
}

/** The `>` that ends the tag, outside quotes; -1 when there is none. */
function endOfTag(text: string, at: number): number {
  let quote: string | null = null
  for (let index = at + 1; index < text.length; index += 1) {
    const character = text[index]
    if (quote !== null) {
      if (character === quote) quote = null
    } else if (character === '"' || character === "'") quote = character ?? null
    else if (character === '>') return index
    else if (character === '<') return -1
  }
  return -1
}
