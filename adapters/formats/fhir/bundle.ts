import { isObject, type JsonObject, type JsonValue } from './readJson.ts'

/**
 * A Bundle taken apart; `resources` are the objects as read, so that `sourceOf` still knows their
 * exact characters.
 */
export interface Bundle {
  type: string
  resources: JsonObject[]
  /** What a server says beside the matches of a search. */
  outcomes: JsonObject[]
  hasNext: boolean
}

/** Takes a Bundle apart; null when the value is none or an entry carries no resource. */
export function readBundle(value: JsonValue): Bundle | null {
  if (!isObject(value) || value.resourceType !== 'Bundle' || typeof value.type !== 'string') return null
  const entries = value.entry ?? []
  if (!Array.isArray(entries)) return null
  const bundle: Bundle = { type: value.type, resources: [], outcomes: [], hasNext: hasNext(value.link) }
  for (const entry of entries) {
    if (!isObject(entry) || !isObject(entry.resource)) return null
    const mode = isObject(entry.search) ? entry.search.mode : undefined
    if (mode === 'outcome') bundle.outcomes.push(entry.resource)
    else bundle.resources.push(entry.resource)
  }
  return bundle
}

function hasNext(links: JsonValue | undefined): boolean {
  return Array.isArray(links) && links.some((link) => isObject(link) && link.relation === 'next')
}
