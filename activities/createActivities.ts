import type {
  ClaimActivities,
  CollectActivities,
  MailboxActivities,
  ProviderActivities,
  ReconcileActivities,
} from '../workflows/activityContract.ts'
import { cancelClaim } from './claims/cancelClaim.ts'
import { escalate } from './claims/escalate.ts'
import { openClaim } from './claims/openClaim.ts'
import { recordNotices } from './claims/recordNotices.ts'
import { askProvider } from './delivery/askProvider.ts'
import { deliver } from './delivery/deliver.ts'
import { notifyClaims, planDispatch, startDispatch } from './delivery/dispatchBatch.ts'
import { resolveDelivery } from './delivery/resolveDelivery.ts'
import type { Deps } from './deps.ts'
import { collect } from './inbox/collect.ts'
import { processInbox } from './inbox/processInbox.ts'
import { heartbeating } from './providerConnection.ts'
import { reconcile } from './upkeep/reconcile.ts'

export function createClaimActivities(deps: Deps): ClaimActivities & MailboxActivities & ReconcileActivities {
  return {
    openClaim: (claim) => openClaim(deps, claim),
    recordNotices: (claim, asked) => recordNotices(deps, claim, asked),
    escalate: (claim) => escalate(deps, claim),
    cancelClaim: (claim, noticeId) => cancelClaim(deps, claim, noticeId),
    startDispatch: (batch) => startDispatch(deps, batch),
    planDispatch: (batch) => planDispatch(deps, batch),
    processInbox: (mailbox) => processInbox(deps, mailbox),
    notifyClaims: (batch) => notifyClaims(deps, batch),
    reconcile: async () => {
      const report = await heartbeating(deps.timings.heartbeatMs / 3, () => reconcile(deps))
      for (const failure of report.failures) deps.log.error(failure, 'a step of the reconciliation broke')
      return report
    },
  }
}

export function createProviderActivities(deps: Deps): ProviderActivities & CollectActivities {
  return {
    deliver: (sending) => deliver(deps, sending),
    resolveDelivery: (sending) => resolveDelivery(deps, sending),
    askProvider: (claim) => askProvider(deps, claim),
    collect: (mailbox) => collect(deps, mailbox),
  }
}
