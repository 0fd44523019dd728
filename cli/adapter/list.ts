import type { ProviderAdapter } from '../../adapters/contract.ts'
import type { TransportName } from '../../adapters/declaration.ts'
import { allAdapters } from '../../adapters/registry.ts'

/** `claimhub adapter list`: what every adapter can do, from its declaration and nothing else. */
export function list(options: { json?: boolean }): void {
  const rows = allAdapters().map(rowOf)
  if (options.json) return void process.stdout.write(`${JSON.stringify({ adapters: rows })}\n`)
  const columns = Object.keys(rows[0] ?? {}) as (keyof Row)[]
  const table = [columns.map(String), ...rows.map((row) => columns.map((column) => shown(row[column])))]
  const widths = columns.map((_column, index) => Math.max(...table.map((cells) => cells[index]?.length ?? 0)))
  for (const cells of table)
    process.stdout.write(
      `${cells
        .map((cell, index) => cell.padEnd(widths[index] ?? 0))
        .join('  ')
        .trimEnd()}\n`,
    )
  process.stdout.write('\nWhat each needs of the network, from our side to the provider:\n')
  for (const { id, transport } of rows) process.stdout.write(`  ${id}: ${OUTBOUND[transport]}\n`)
}

/** One line of the support matrix. */
interface Row {
  id: string
  transport: TransportName
  format: string
  version: number
  auth: string
  purposes: string[]
  asked: boolean
  pushes: boolean
  acknowledges: boolean
  dropsCopies: boolean
  claimsPerBatch: number
  linesPerClaim: number
  teeth: string
}

function rowOf({ declaration, ask, push }: ProviderAdapter): Row {
  const { id, transport, format, version, auth, purposes, delivery, batching, limits, toothNotation } = declaration
  return {
    id,
    transport,
    format,
    version,
    auth,
    purposes,
    asked: ask !== undefined,
    pushes: push !== undefined,
    acknowledges: delivery.acks,
    dropsCopies: delivery.dedupes,
    claimsPerBatch: batching.claimsPerInterchange,
    linesPerClaim: limits.linesPerClaim,
    teeth: toothNotation,
  }
}

/** For those who keep a firewall; the hosts and ports are in each connection's endpoint. */
const OUTBOUND: Record<TransportName, string> = {
  http: 'HTTPS to the connection’s baseUrl and tokenUrl (443)',
  sftp: 'SSH to the connection’s host and port (22)',
  email: 'SMTP submission (465 or 587) and IMAP (993) to the practice’s own mail server',
  manual: 'nothing: a person carries it',
}

function shown(value: string | number | boolean | string[]): string {
  if (typeof value === 'boolean') return value ? 'yes' : '-'
  return Array.isArray(value) ? value.join(',') : String(value)
}
