/** The workflows that a worker serves. */
export { claimLifecycle } from './claimLifecycle.ts'
export { departure } from './departure.ts'
export { inbox } from './inbox.ts'
export { providerMailbox } from './providerMailbox.ts'
export { reconciliation } from './reconciliation.ts'
