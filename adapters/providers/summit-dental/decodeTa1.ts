import type { Said } from '../../../domain/claim.ts'
import { type Notice, unreadable } from '../../contract.ts'
import { at, type X12Segment } from '../../formats/x12/interchange.ts'

/**
 * TA1: whether an interchange of ours could be opened at all. Accepted says nothing about claims.
 */
export function decodeTa1(segment: X12Segment): Notice {
  const controlNumber = controlNumberOf(at(segment, 1))
  if (controlNumber === null) return unreadable('TA101: no control number')
  const verdict = VERDICTS[at(segment, 4)]
  if (verdict === undefined) return unreadable('TA104: an unknown verdict')
  const said: Said[] = [{ list: 'TA1', code: at(segment, 4) }]
  // 000 means that there is nothing to note.
  if (!['', '000'].includes(at(segment, 5))) said.push({ list: 'TA1 note', code: at(segment, 5) })
  return { kind: 'batch', controlNumber, verdict, said }
}

/** 1 to 999,999,999 as we sent it, with or without leading zeros; null for anything else. */
export function controlNumberOf(text: string): number | null {
  return /^\d{1,9}$/.test(text) && Number(text) > 0 ? Number(text) : null
}

/** E: accepted, errors noted. */
const VERDICTS: Readonly<Partial<Record<string, 'accepted' | 'rejected'>>> = {
  A: 'accepted',
  E: 'accepted',
  R: 'rejected',
}
