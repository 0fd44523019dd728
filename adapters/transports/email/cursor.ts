import { z } from 'zod'

/**
 * UIDs mostly rise, but a mail may become visible after one with a higher number: so far back every
 * collection looks again.
 */
const OVERLAP = 1_000

const cursor = z.strictObject({
  /** UIDVALIDITY: with another one all numbers mean other mails. */
  validity: z.string(),
  /** The highest UID stored. */
  upTo: z.int().min(0),
  /** UIDs stored within the overlap. */
  seen: z.array(z.int().min(1)),
})

/** How far a folder has been read. */
export interface Progress {
  /** The first UID that this collection looks at. */
  from: number
  isStored(uid: number): boolean
  stored(uid: number): void
  text(): string
}

/**
 * Goes on from a cursor; from the beginning when there is none, or the folder has been numbered
 * anew: what is known is recognised by its bytes.
 */
export function progressFrom(text: string | null, validity: string): Progress {
  const read = cursor.safeParse(parse(text))
  const known = read.success && read.data.validity === validity ? read.data : { upTo: 0, seen: [] }
  let upTo = known.upTo
  const seen = new Set(known.seen)
  return {
    from: Math.max(1, upTo - OVERLAP + 1),
    isStored: (uid) => seen.has(uid) || uid <= known.upTo - OVERLAP,
    stored(uid) {
      upTo = Math.max(upTo, uid)
      seen.add(uid)
    },
    text: () =>
      JSON.stringify({ validity, upTo, seen: [...seen].filter((uid) => uid > upTo - OVERLAP).sort((a, b) => a - b) }),
  }
}

function parse(text: string | null): unknown {
  try {
    return JSON.parse(text ?? 'null')
  } catch {
    return null
  }
}
