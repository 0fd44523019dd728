import { rereadDocuments } from '../activities/upkeep/rereadDocuments.ts'
import { nameOfOperator } from './operator/operator.ts'
import { failureLines, withDeployment } from './upkeep.ts'

interface RereadOptions {
  reason: string
  adapter?: string
  connection?: string
  dryRun?: boolean
  json?: boolean
}

/**
 * `claimhub reread`: after an adapter was mended, every document that the worklist calls unreadable
 * goes before its inbox again. Exits 1 when something broke for somebody.
 */
export async function reread(options: RereadOptions): Promise<void> {
  const { reason, adapter = null, connection = null, dryRun = false } = options
  const wish = { actor: nameOfOperator(), reason, adapterId: adapter, connectionId: connection, dryRun }
  const report = await withDeployment((deps) => rereadDocuments(deps, wish))
  const ok = report.failures.length === 0
  const { documents, reread: count, failures } = report
  const named = documents.map(({ documentId, adapterId }) => `  ${documentId} (${adapterId})`)
  const did = dryRun ? `${documents.length} documents would be read again` : `${count} documents are read again`
  const words = [did, ...named].join('\n') + failureLines(failures)
  process.stdout.write(`${options.json ? JSON.stringify({ ok, dryRun, ...report }) : words}\n`)
  if (!ok) process.exitCode = 1
}
