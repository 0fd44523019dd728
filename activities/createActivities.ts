import type { ClaimInput } from '../workflows/messages.ts'
import { askProvider } from './askProvider.ts'
import { cancelClaim } from './cancelClaim.ts'
import { climbLadder } from './climbLadder.ts'
import { collect } from './collect.ts'
import { deliver } from './deliver.ts'
import { callDeparture, openDeparture, tellClaims } from './departures.ts'
import type { Deps } from './deps.ts'
import { openClaim } from './openClaim.ts'
import type { Cancelled, ClaimNow, Climbed, Delivered, Departing, Opened } from './outcomes.ts'
import { processInbox } from './processInbox.ts'
import { type ReconcileReport, reconcile } from './reconcile.ts'
import { recordNews } from './recordNews.ts'
import { settleDelivery } from './settleDelivery.ts'

/** One interchange, to be carried to the provider. */
export interface Sending {
  organisationId: string
  providerId: string
  interchangeId: string
  /** Whose workflow carries it; absent: the departure of a batch does. */
  claimId?: string
}

/** One batch, to be carried when its cut-off comes. */
export type Batch = Omit<Sending, 'claimId'>

/** One connection's answers. */
export interface Mailbox {
  organisationId: string
  connectionId: string
  providerId: string
}

/** Local activities of a claim: they touch our own rows only, and each is idempotent. */
export interface ClaimActivities {
  openClaim(claim: ClaimInput): Promise<Opened>
  recordNews(claim: ClaimInput, asked: string[]): Promise<ClaimNow>
  climbLadder(claim: ClaimInput): Promise<Climbed>
  cancelClaim(claim: ClaimInput, noticeId: string): Promise<Cancelled>
  /** Sees to it that the batch has a departure. */
  callDeparture(batch: Batch): Promise<void>
  openDeparture(batch: Batch): Promise<Departing>
}

/** Activities on a provider's own queue. */
export interface ProviderActivities {
  deliver(sending: Sending): Promise<Delivered>
  settleDelivery(sending: Sending): Promise<Delivered>
  askProvider(claim: ClaimInput): Promise<void>
}

export interface CollectActivities {
  /** Answers how many documents were new. */
  collect(mailbox: Mailbox): Promise<number>
}

export interface MailboxActivities {
  /** `left`: there is more to do; `restMs`: a document broke and is tried again after this many real milliseconds, not sooner. */
  processInbox(mailbox: Mailbox): Promise<{ left: boolean; restMs?: number }>
  /** There is news for every claim of the batch. */
  tellClaims(batch: Batch): Promise<void>
}

export interface ReconcileActivities {
  reconcile(): Promise<ReconcileReport>
}

export function createClaimActivities(deps: Deps): ClaimActivities & MailboxActivities & ReconcileActivities {
  return {
    openClaim: (claim) => openClaim(deps, claim),
    recordNews: (claim, asked) => recordNews(deps, claim, asked),
    climbLadder: (claim) => climbLadder(deps, claim),
    cancelClaim: (claim, noticeId) => cancelClaim(deps, claim, noticeId),
    callDeparture: (batch) => callDeparture(deps.client, batch),
    openDeparture: (batch) => openDeparture(deps, batch),
    processInbox: (mailbox) => processInbox(deps, mailbox),
    tellClaims: (batch) => tellClaims(deps, batch),
    reconcile: () => reconcile(deps),
  }
}

export function createProviderActivities(deps: Deps): ProviderActivities & CollectActivities {
  return {
    deliver: (sending) => deliver(deps, sending),
    settleDelivery: (sending) => settleDelivery(deps, sending),
    askProvider: (claim) => askProvider(deps, claim),
    collect: (mailbox) => collect(deps, mailbox),
  }
}
