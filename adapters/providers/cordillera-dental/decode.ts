import { type Context, type InMessage, type Notice, unreadable } from '../../contract.ts'
import { DECISION_COLUMNS, MODES, REMITTANCE_COLUMNS, RESULT_COLUMNS } from './columns.ts'
import type { CordilleraSettings } from './declaration.ts'
import { decodeDecision } from './decodeDecision.ts'
import { decodeRemittance } from './decodeRemittance.ts'
import { decodeResult } from './decodeResult.ts'
import { readRows } from './readRows.ts'

/**
 * What a file of Cordillera says. Which file it is, its titles tell: they must be the agreed ones,
 * in their order.
 */
export function decode(message: InMessage, ctx: Context<CordilleraSettings>): Notice[] {
  if (message.transport !== 'sftp') return [unreadable('Cordillera answers by file')]
  const file = readRows(message.body)
  if (file.kind === 'unreadable') return [unreadable(file.because)]
  const { columns, rows, total } = file
  if (rows.length === 0) return [unreadable('the file holds nothing')]
  const strange = rows.find((row) => row.cell('mode') !== MODES[ctx.mode])
  if (strange !== undefined) return [unreadable(`row ${strange.place}: mode is not ${MODES[ctx.mode]}`)]
  const records = new Set(rows.map((row) => row.cell('record')))
  const isAll = (record: string) => records.size === 1 && records.has(record)
  if (columns === RESULT_COLUMNS.join() && isAll('RES')) return decodeResult(rows, ctx)
  if (columns === DECISION_COLUMNS.join() && isAll('DEC')) return decodeDecision(rows, total, ctx)
  if (columns === REMITTANCE_COLUMNS.join() && isAll('PAY')) return decodeRemittance(rows, total)
  return [unreadable('its columns are those of no file that was agreed')]
}
