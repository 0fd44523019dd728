import type { Said } from '../../../domain/claim.ts'
import { type Context, type InMessage, type Notice, unreadable } from '../../contract.ts'
import type { X12Interchange, X12Transaction } from '../../formats/x12/interchange.ts'
import { readX12 } from '../../formats/x12/segments.ts'
import { decode277 } from './decode277.ts'
import { decode835 } from './decode835.ts'
import { decode999 } from './decode999.ts'
import { decodeTa1 } from './decodeTa1.ts'
import type { SummitSettings } from './settings.ts'
import { unreadableBy } from './unreadableBy.ts'

/** Larger files are not Summit's: 10,000 paid claims are 10 MB. */
const LARGEST_BYTES = 50_000_000

/**
 * What a file of Summit says. An interchange that is cut, miscounted or altered is `unreadable` as
 * a whole: its rest may come later, and money of half a file would be posted twice.
 */
export function decode(message: InMessage, ctx: Context<SummitSettings>): Notice[] {
  if (message.transport !== 'sftp') return [unreadable('Summit answers by file, not by HTTP')]
  if (message.body.length > LARGEST_BYTES) return [unreadable(`larger than ${LARGEST_BYTES} bytes`)]
  // NUL bytes behind the last segment are padding; anywhere else no X12 has one.
  const end = message.body.findLastIndex((byte) => byte > 0x20)
  if (message.body.subarray(0, end + 1).includes(0)) return [unreadable('it holds NUL bytes')]
  const file = readX12(message.body)
  return [
    ...file.problems.map(unreadableBy),
    ...file.interchanges.flatMap((interchange) => decodeInterchange(interchange, ctx)),
  ]
}

function decodeInterchange(interchange: X12Interchange, ctx: Context<SummitSettings>): Notice[] {
  const [problem] = interchange.problems
  if (problem !== undefined) return [unreadableBy(problem)]
  if (interchange.usage === 'T' && ctx.mode === 'production')
    return [unreadable('a test file on a production connection')]
  const transactions = interchange.groups.flatMap((group) => group.transactions)
  if (transactions.length === 0 && interchange.acknowledgements.length === 0)
    return [unreadable('the interchange holds nothing')]
  const remarks: Said[] = interchange.enveloped ? [] : [{ text: 'came without an interchange envelope' }]
  return [
    ...interchange.acknowledgements.map((segment) => decodeTa1(segment)),
    ...transactions.flatMap((transaction) => decodeTransaction(transaction, ctx, remarks)),
  ]
}

function decodeTransaction(transaction: X12Transaction, ctx: Context<SummitSettings>, remarks: Said[]): Notice[] {
  if (transaction.kind === '999') return decode999(transaction, remarks)
  if (transaction.kind === '835') return decode835(transaction, ctx, remarks)
  if (transaction.kind === '277') return decode277(transaction, ctx, remarks)
  return [unreadable(`ST ${transaction.controlNumber}: no reader for this kind of transaction`)]
}
