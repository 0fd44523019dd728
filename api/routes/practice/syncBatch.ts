import type { z } from 'zod'
import type { Tx } from '../../../db/connect.ts'
import type { SyncRow } from '../../../db/practice/sync.ts'
import { lookUp, type ReferenceKind } from '../../../db/practice/syncReferences.ts'
import type { ToothNotation } from '../../../domain/practice/toothNotation.ts'
import { requestErrors } from '../../http/problems.ts'
import { daysToCome, type syncResult } from './schemasSync.ts'
import { missingReference, type SyncKind } from './syncKinds.ts'
import { inUniversal } from './teeth.ts'

type Result = z.input<typeof syncResult>
type Versioned = z.ZodType<{ externalId: string; version: number }>

/**
 * Syncs a batch in the caller's transaction. Each item stands alone: one that is malformed, refers
 * to something that isn't there or is in the batch twice is rejected with the reason, and the
 * others are written.
 */
export async function syncBatch<S extends Versioned>(
  tx: Tx,
  { organisationId, now, notation }: { organisationId: string; now: Date; notation: ToothNotation | null },
  kind: SyncKind<S>,
  items: unknown[],
): Promise<Result[]> {
  const results = new Map<number, Result>()
  const parsed = parseItems(kind, items, { now, notation }, results)
  const wanted = parsed.map(({ item }) => kind.references(item))
  const known = await lookUp(tx, organisationId, {
    patient: idsOf(wanted, 'patient'),
    clinic: idsOf(wanted, 'clinic'),
    practitioner: idsOf(wanted, 'practitioner'),
    'billing practitioner': idsOf(wanted, 'billing practitioner'),
    provider: idsOf(wanted, 'provider'),
  })
  const find = (what: ReferenceKind, externalId: string): string => {
    const id = known[what].get(externalId)
    if (id === undefined) throw new Error(`a reference to a ${what} was not checked`)
    return id
  }
  const writing: { index: number; item: z.output<S>; row: SyncRow }[] = []
  for (const [place, { index, item }] of parsed.entries()) {
    const { externalId, version } = item
    const because = missingReference(wanted[place] ?? {}, known)
    if (because !== null) results.set(index, { externalId, result: 'rejected', reason: 'unknown-reference', because })
    else writing.push({ index, item, row: { externalId, version, columns: kind.columns(item, find) } })
  }
  const written = await kind.write(tx, organisationId, writing)
  const changed = written.flatMap((each) => (each.result === 'created' || each.result === 'updated' ? [each.id] : []))
  await kind.afterwards?.(tx, { organisationId, now }, changed)
  for (const [place, { index }] of writing.entries()) {
    const result = written[place]
    if (result !== undefined) results.set(index, result)
  }
  return items.map((_item, index) => {
    const result = results.get(index)
    if (result === undefined) throw new Error(`item ${index} of a sync has no result`)
    return result
  })
}

function parseItems<S extends Versioned>(
  kind: SyncKind<S>,
  items: unknown[],
  { now, notation }: { now: Date; notation: ToothNotation | null },
  results: Map<number, Result>,
): { index: number; item: z.output<S> }[] {
  const seen = new Set<string>()
  return items.flatMap((raw, index) => {
    const teeth = inUniversal(raw, notation)
    const parsed = kind.schema.safeParse(teeth.item)
    const others = parsed.success ? daysToCome(parsed.data, now) : requestErrors(parsed.error, '')
    const told = new Set(teeth.errors.map(({ pointer }) => pointer))
    const errors = [...teeth.errors, ...others.filter(({ pointer }) => !told.has(pointer))]
    if (!parsed.success || errors.length > 0) {
      const because = `the ${kind.name} is not valid: see errors`
      results.set(index, { externalId: externalIdOf(raw), result: 'rejected', reason: 'invalid', because, errors })
      return []
    }
    const { externalId } = parsed.data
    if (seen.has(externalId)) {
      results.set(index, {
        externalId,
        result: 'rejected',
        reason: 'twice',
        because: 'it is in this batch twice; the first one counts',
      })
      return []
    }
    seen.add(externalId)
    return [{ index, item: parsed.data }]
  })
}

function idsOf(wanted: Partial<Record<ReferenceKind, string | null>>[], kind: ReferenceKind): string[] {
  return [...new Set(wanted.flatMap((references) => references[kind] ?? []))]
}

/** Of an item that can't be read: what helps the caller to find it. */
function externalIdOf(raw: unknown): string {
  const id = typeof raw === 'object' && raw !== null && 'externalId' in raw ? raw.externalId : undefined
  return typeof id === 'string' ? id.slice(0, 100) : ''
}
