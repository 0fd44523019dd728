/**
 * CDT codes: `D` and four digits. Descriptions are copyright of the ADA and stay out of the
 * product.
 */

const CODE = /^D\d{4}$/

/** The code as stored (`D2740`), or null when it doesn't have the shape of a CDT code. */
export function parseCode(text: string): string | null {
  const code = text.trim().toUpperCase()
  return CODE.test(code) ? code : null
}

/**
 * True when `code` is one of `patterns`: codes (`D2740`) or ranges with both ends (`D2700-D2799`).
 */
export function codeMatches(code: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => {
    const [from = '', to = from] = pattern.split('-')
    return code >= from && code <= to
  })
}

/**
 * True when `pattern` is a CDT code or a range of two in ascending order; declarations and
 * authorisations are checked with it.
 */
export function isCodePattern(pattern: string): boolean {
  const [from = '', to = from, ...rest] = pattern.split('-')
  return rest.length === 0 && CODE.test(from) && CODE.test(to) && from <= to
}
