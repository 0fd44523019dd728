/** The workflows that a worker serves. */

export { departure } from './batchDispatch.ts'
export { claimLifecycle } from './claimLifecycle.ts'
export { providerMailbox } from './collect.ts'
export { inbox } from './inbox.ts'
export { reconciliation } from './reconciliation.ts'
