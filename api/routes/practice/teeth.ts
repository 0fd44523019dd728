import { z } from 'zod'
import type { Tx } from '../../../db/connect.ts'
import { toothNotationOf } from '../../../db/setup/organisations.ts'
import { readTooth, TOOTH_NOTATIONS, type ToothNotation } from '../../../domain/practice/toothNotation.ts'

/** The notation of one request; without it the practice's own counts. */
export const toothNotation = z
  .enum(TOOTH_NOTATIONS)
  .optional()
  .meta({
    description:
      'In which notation the teeth of this request are; else the practice’s own, which the operator sets. Where neither is said, a number that is a ' +
      'tooth in both notations (11 to 18, 21 to 28, 31, 32, 51 to 82) is refused. Answers are in universal notation.',
  })

/** What is wrong in an item, by place. */
export interface ToothError {
  pointer: string
  detail: string
}

/**
 * The notation that holds for a request: its own, else the practice's; null: nobody has said it.
 */
export async function notationOf(
  tx: Tx,
  organisationId: string,
  said: ToothNotation | undefined,
): Promise<ToothNotation | null> {
  return said ?? toothNotationOf(tx, organisationId)
}

/**
 * An item as it came, its teeth in universal notation: every member named `tooth` or `teeth`, also
 * with something before it, at any depth. What is no text is left for the item's schema to refuse.
 */
export function inUniversal(item: unknown, notation: ToothNotation | null): { item: unknown; errors: ToothError[] } {
  const errors: ToothError[] = []
  const translated = walk(item, '', (text, pointer) => {
    const read = readTooth(text, notation)
    if (read.kind === 'tooth') return read.tooth
    errors.push({ pointer, detail: read.because })
    return text
  })
  return { item: translated, errors }
}

type Translate = (text: string, pointer: string) => string

function walk(value: unknown, pointer: string, translate: Translate): unknown {
  if (Array.isArray(value)) return value.map((each, index) => walk(each, `${pointer}/${index}`, translate))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => {
      const at = `${pointer}/${name}`
      if (/tooth$/i.test(name) && typeof inner === 'string') return [name, translate(inner, at)]
      if (/teeth$/i.test(name) && Array.isArray(inner))
        return [name, inner.map((each, index) => (typeof each === 'string' ? translate(each, `${at}/${index}`) : each))]
      return [name, walk(inner, at, translate)]
    }),
  )
}
