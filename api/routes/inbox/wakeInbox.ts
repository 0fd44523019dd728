import type { ApiDeps, InboxAddress } from '../../deps.ts'

/**
 * The bytes are safe: if the inbox is not woken now they are processed a little later, at the next
 * wake-up or by reconcile.
 */
export async function wakeInbox(
  deps: ApiDeps,
  { organisationId, connectionId, providerId }: InboxAddress,
): Promise<void> {
  try {
    await deps.wakeInbox({ organisationId, connectionId, providerId })
  } catch (error) {
    const name = error instanceof Error ? error.name : 'unknown'
    deps.log.warn({ connectionId, error: name }, 'a document is stored, but its inbox could not be woken')
  }
}
