import type { BatchContext, FileOut, OpenClaim } from '../../contract.ts'
import { STATUS_INQUIRY_GUIDE, statusInquiry } from '../../formats/x12/statusInquiry.ts'
import { batchReference, writeInterchange } from '../../formats/x12/write.ts'
import { fileName } from './encode837.ts'
import { envelopeOf, partiesOf, type SummitSettings } from './settings.ts'

/**
 * One 276 interchange about all these claims, a transaction for each. Their 277 comes back as a
 * file and is read by `decode`.
 */
export function ask(claims: OpenClaim[], ctx: BatchContext<SummitSettings>): FileOut[] {
  if (claims.length === 0) return []
  const parties = partiesOf(ctx.settings)
  const { controlNumber, now, zone } = ctx
  const envelope = {
    ...envelopeOf(ctx),
    functionalId: 'HR',
    guide: STATUS_INQUIRY_GUIDE,
    kind: '276',
  }
  const transactions = claims.map((claim, index) =>
    statusInquiry(claim, parties, { reference: batchReference(controlNumber, index + 1, claims.length), now, zone }),
  )
  return [{ transport: 'sftp', name: fileName(ctx, '276', '.x12'), body: writeInterchange(envelope, transactions) }]
}
