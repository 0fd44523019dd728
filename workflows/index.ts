/** The workflows that a worker serves. */

export { batchDispatch } from './batchDispatch.ts'
export { claimLifecycle } from './claimLifecycle.ts'
export { collectMailbox } from './collect.ts'
export { inbox } from './inbox.ts'
export { reconciliation } from './reconciliation.ts'
