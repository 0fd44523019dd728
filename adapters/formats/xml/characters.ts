import { FormatRefusal } from '../../../domain/claims/formatRefusal.ts'

/** What XML 1.0 cannot carry, not even as a reference (source: XML 1.0, 2.2 Char). */
const FORBIDDEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/

/** The first character that no XML document may hold, by name ("U+0007"), or null. */
export function forbiddenCharacter(text: string): string | null {
  const found = FORBIDDEN.exec(text)?.[0]
  return found === undefined ? null : named(found.charCodeAt(0))
}

/**
 * Text as it stands between tags. Throws with the element's and the character's name (never the
 * text) for what XML cannot carry.
 */
export function escapeText(text: string, element: string): string {
  const forbidden = forbiddenCharacter(text)
  if (forbidden !== null)
    throw new FormatRefusal(
      element,
      `${element} holds the character ${forbidden}, which XML cannot carry: leave it out`,
    )
  // A bare carriage return would be read back as a line feed.
  return text.replace(/[&<>\r]/g, (character) => ESCAPES[character] ?? character)
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '\r': '&#13;' }

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

/**
 * Text of a read document as it is meant. Only XML's own five entities and character references are
 * known; null for anything else.
 */
export function unescapeText(text: string): string | null {
  if (!text.includes('&')) return text
  let known = true
  const plain = text.replace(/&([^;&]{0,10};?)/g, (_, inner: string) => {
    const meant = inner.endsWith(';') ? meaning(inner.slice(0, -1)) : null
    if (meant === null) known = false
    return meant ?? ''
  })
  return known && forbiddenCharacter(plain) === null ? plain : null
}

function meaning(reference: string): string | null {
  const named = Object.hasOwn(NAMED, reference) ? NAMED[reference] : undefined
  if (named !== undefined) return named
  const match = /^#(?:x([0-9A-Fa-f]{1,6})|(\d{1,7}))$/.exec(reference)
  if (!match) return null
  const code = match[1] === undefined ? Number(match[2]) : Number.parseInt(match[1], 16)
  return code <= 0x10ffff ? String.fromCodePoint(code) : null
}

function named(code: number): string {
  return `U+${code.toString(16).toUpperCase().padStart(4, '0')}`
}
