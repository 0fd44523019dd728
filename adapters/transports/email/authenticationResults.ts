/** What one server found out about a mail's sender (RFC 8601). Words in lower case. */
export interface AuthenticationResults {
  authservId: string
  results: { method: string; result: string; properties: Record<string, string> }[]
}

/**
 * Reads one `Authentication-Results` value. What somebody else could have written into it
 * (comments, quoted text) never counts as a result.
 */
export function readAuthenticationResults(value: string): AuthenticationResults {
  const [first = '', ...rest] = statements(value)
  return {
    authservId: (first.split(/\s+/)[0] ?? '').toLowerCase(),
    results: rest.flatMap((text) => {
      const [head = '', ...properties] = text.split(/\s+(?=[^\s=]+=)/)
      const said = /^([a-z0-9-]+)(?:\s*\/\s*\d+)?\s*=\s*([a-z]+)/i.exec(head)
      if (said === null) return []
      const [, method = '', result = ''] = said
      return [{ method: method.toLowerCase(), result: result.toLowerCase(), properties: propertiesOf(properties) }]
    }),
  }
}

/** `header.d=hmo.example`: of a property said twice the first counts. */
function propertiesOf(texts: string[]): Record<string, string> {
  const found = new Map<string, string>()
  for (const text of texts) {
    const [name = '', value = ''] = text.split('=', 2)
    const key = name.trim().toLowerCase()
    if (!found.has(key)) found.set(key, value.trim().toLowerCase())
  }
  return Object.fromEntries(found)
}

/**
 * The value between semicolons, without comments; quoted text, which may hold anything, becomes one
 * word.
 */
function statements(value: string): string[] {
  const parts = ['']
  let depth = 0
  let quoted = false
  for (let at = 0; at < value.length; at += 1) {
    const sign = value[at] ?? ''
    if (sign === '\\') at += 1
    else if (quoted) quoted = sign !== '"'
    else if (sign === '(') depth += 1
    else if (sign === ')') depth = Math.max(0, depth - 1)
    else if (depth > 0) continue
    else if (sign === '"') {
      quoted = true
      parts[parts.length - 1] += '_'
    } else if (sign === ';') parts.push('')
    else parts[parts.length - 1] += sign
  }
  return parts.map((part) => part.trim())
}
