import { traitsOf } from '../../../domain/claims/factTraits.ts'
import type { Tx } from '../../connect.ts'
import { arrivedBeforeCutOff } from '../../delivery/batchMembership.ts'
import { proveMessages } from '../../delivery/interchangeMessages.ts'
import { markArrived, markReturned } from '../../delivery/interchanges.ts'
import type { Recording } from './timeline.ts'

/**
 * Carries over to the claims' interchanges what notices prove of them. Events of our own sender are
 * left out: it writes its interchange itself. Answers the other claims of interchanges that have
 * arrived by this.
 */
export async function arrivalsProved(
  tx: Tx,
  organisationId: string,
  recordings: Recording[],
  now: Date,
): Promise<string[]> {
  const those = (proves: (recording: Recording) => boolean) => {
    const claimIds = recordings.filter(proves).map(({ claim }) => claim.claimId)
    return { organisationId, claimIds, now }
  }
  await arrivedBeforeCutOff(
    tx,
    those((each) => hasArrived(each) && each.claim.state.delivery === 'WAITING'),
  )
  const alsoArrived = await markArrived(tx, 'claim', those(hasArrived))
  await proveMessages(tx, those(isAnswered))
  await markReturned(tx, those(cameBack))
  await markArrived(tx, 'void', those(voidArrived))
  await markArrived(tx, 'supplement', those(supplementArrived))
  return [...new Set(alsoArrived)]
}

function notices({ incoming }: Recording) {
  return incoming.filter((item) => item.noticeId !== undefined)
}

function hasArrived(recording: Recording): boolean {
  const { claim, state } = recording
  return claim.state.delivery !== 'SENT' && state.delivery === 'SENT' && notices(recording).length > 0
}

/** The provider speaks for the first time of what our sender knows to have left. */
function isAnswered(recording: Recording): boolean {
  const { claim, state } = recording
  const answered = claim.state.status === 'SUBMITTED' && state.status !== 'SUBMITTED' && state.status !== 'CANCELLED'
  const wasSent = claim.state.delivery === 'SENT' && state.delivery === 'SENT'
  return answered && wasSent && notices(recording).length > 0
}

function cameBack(recording: Recording): boolean {
  const { claim, state } = recording
  const isReturned = claim.state.delivery !== 'REFUSED' && state.delivery === 'REFUSED'
  return isReturned && notices(recording).some((item) => item.event.fact.type === 'delivery_refused')
}

function voidArrived({ incoming }: Recording): boolean {
  return incoming.some((item) => item.ofVoid && traitsOf(item.event.fact).arrived === 'void')
}

function supplementArrived(recording: Recording): boolean {
  return notices(recording).some((item) => traitsOf(item.event.fact).arrived === 'supplement')
}
