import type { ApiDeps, Mailbox } from '../../deps.ts'

/**
 * The bytes are safe: without the doorbell they are worked off a little later, by the next one or
 * by reconcile.
 */
export async function wakeInbox(deps: ApiDeps, { organisationId, connectionId, providerId }: Mailbox): Promise<void> {
  try {
    await deps.doorbell({ organisationId, connectionId, providerId })
  } catch (error) {
    const name = error instanceof Error ? error.name : 'unknown'
    deps.log.warn({ connectionId, error: name }, 'a document is stored, but its inbox could not be woken')
  }
}
