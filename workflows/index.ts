/** The workflows that a worker serves. */

export { batchDispatch as departure } from './batchDispatch.ts'
export { claimLifecycle } from './claimLifecycle.ts'
export { collectMailbox as providerMailbox } from './collect.ts'
export { inbox } from './inbox.ts'
export { reconciliation } from './reconciliation.ts'
