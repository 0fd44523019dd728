import type {
  ClaimActivities,
  CollectActivities,
  MailboxActivities,
  ProviderActivities,
  ReconcileActivities,
} from '../workflows/activityContract.ts'
import { callDeparture } from '../workflows/client/wakeBatch.ts'
import { cancelClaim } from './claims/cancelClaim.ts'
import { climbLadder } from './claims/escalate.ts'
import { openClaim } from './claims/openClaim.ts'
import { recordNews } from './claims/recordNews.ts'
import { askProvider } from './delivery/askProvider.ts'
import { deliver } from './delivery/deliver.ts'
import { openDeparture, tellClaims } from './delivery/dispatchBatch.ts'
import { settleDelivery } from './delivery/resolveDelivery.ts'
import type { Deps } from './deps.ts'
import { collect } from './inbox/collect.ts'
import { processInbox } from './inbox/processInbox.ts'
import { reconcile } from './upkeep/reconcile.ts'

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
    reconcile: async () => {
      const report = await reconcile(deps)
      for (const failure of report.failures) deps.log.error(failure, 'a step of the reconciliation broke')
      return report
    },
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
