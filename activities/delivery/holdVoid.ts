import type { Tx } from '../../db/connect.ts'
import { claimSendings, recallUnsent } from '../../db/delivery/claimTransmissions.ts'
import type { InterchangeRow } from '../../db/delivery/outgoingMessages.ts'
import type { Transmission } from '../../workflows/activityContract.ts'
import type { Delivered } from '../../workflows/activityResults.ts'
import type { Deps } from '../deps.ts'
import { lockSentClaims, recordForClaims } from './recordForClaims.ts'

/**
 * A void rests this long (real time) before it looks again whether the sending that it takes back
 * has ended.
 */
const LOOK_AGAIN_MS = 2_000

/**
 * A void never overtakes what it takes back (failure B17): it waits until that sending is known to
 * have arrived, and isn't sent at all when it is known not to have. Null: send it.
 */
export async function voidMustWait(
  deps: Deps,
  tx: Tx,
  sending: Transmission,
  interchange: InterchangeRow,
): Promise<Delivered | null> {
  const takenBack = interchange.submissions.find((submission) => submission.purpose === 'void')
  if (takenBack === undefined) return null
  const { organisationId, interchangeId } = sending
  const sent = await lockSentClaims(tx, sending, interchange)
  const sendings = await claimSendings(tx, organisationId, takenBack.claimId)
  const originals = sendings.filter((each) => each.purpose !== 'void' && each.purpose !== 'supplement')
  if (originals.some((each) => each.state === 'SENT')) return null
  if (originals.some((each) => each.state !== 'REFUSED')) return { kind: 'not_sent', retryInMs: LOOK_AGAIN_MS }
  const because = 'nothing to take back: the claim was refused'
  await recallUnsent(tx, organisationId, [interchangeId], { because, now: deps.clock.now() })
  const fact = { type: 'cancelled' as const, voided: false }
  const event = { fact, at: deps.clock.now().toISOString(), said: [], references: [] }
  return { kind: 'settled', claim: await recordForClaims(deps, tx, { sending, sent }, [event]) }
}
