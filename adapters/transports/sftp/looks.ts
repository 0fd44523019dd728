import { z } from 'zod'
import type { RemoteFile } from './remote.ts'

/** What a folder looked like, by file name. */
export type Looks = Map<string, FileLook>

export interface FileLook {
  size: number
  modified: number
  /** Real milliseconds since which the file has looked so. */
  since: number
  /** Whether two looks agree. */
  twice: boolean
  /** It is stored, and only kept for a while. */
  stored: boolean
}

const cursor = z.array(z.tuple([z.string(), z.number(), z.number(), z.number()]).rest(z.literal('stored')))

/** Looks of an earlier collection; none when the cursor is not ours. */
export function looksFrom(text: string | null): Looks {
  if (text === null) return new Map()
  const read = cursor.safeParse(parse(text))
  const rows = read.success ? read.data : []
  return new Map(
    rows.map(([name, size, modified, since, stored]) => [
      name,
      { size, modified, since, twice: false, stored: stored === 'stored' },
    ]),
  )
}

/** The cursor: what the next collection compares with. */
export function looksText(looks: Looks): string {
  return JSON.stringify(
    [...looks].map(([name, { size, modified, since, stored }]) => [
      name,
      size,
      modified,
      since,
      ...(stored ? ['stored'] : []),
    ]),
  )
}

/** A new look at a folder: `since` stays where size and time are the same. */
export function lookedAgain(before: Looks, files: Map<string, RemoteFile>, now: number): Looks {
  return new Map(
    [...files].map(([name, { size, modified }]) => {
      const known = before.get(name)
      const same = known !== undefined && known.size === size && known.modified === modified && known.since <= now
      return [name, { size, modified, since: same ? known.since : now, twice: same, stored: same && known.stored }]
    }),
  )
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
