/**
 * What people call a document, by how it begins: "277CA", "835", "FHIR ClaimResponse". Null when
 * its beginning tells nothing.
 */
export function documentKind(beginning: string, mediaType: string | null): string | null {
  if (/^\s*ISA/.test(beginning)) return transactionSet(beginning)
  const resource = /"resourceType"\s*:\s*"(\w+)"/.exec(beginning)?.[1]
  if (resource !== undefined) return `FHIR ${resource}`
  if (mediaType === 'message/rfc822' || /^(?:Return-Path|Received|From|MIME-Version|Date):/im.test(beginning))
    return 'mail'
  if (/^\s*<\?xml|^\s*</.test(beginning)) return 'XML'
  if (/^PK/.test(beginning)) return 'spreadsheet'
  if (/^%PDF/.test(beginning)) return 'PDF'
  if (/csv/.test(mediaType ?? '')) return 'list'
  return null
}

/** The set in the first ST segment; a 277 of the acknowledgement guide (X214) is a 277CA. */
function transactionSet(beginning: string): string | null {
  // ISA is of fixed length (X12.5): its fourth character separates elements.
  const element = beginning.trimStart()[3] ?? '*'
  const parts = beginning.split(element)
  const at = parts.findIndex((part) => /\bST$/.test(part))
  const set = at < 0 ? undefined : parts[at + 1]
  if (set === undefined || !/^\d{3}$/.test(set)) return null
  return set === '277' && beginning.includes('005010X214') ? '277CA' : set
}
