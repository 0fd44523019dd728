import { type RawBuilder, sql } from 'kysely'
import type { Deps } from '../../../activities/deps.ts'
import { type Defect, soundActivities } from './planting.ts'

export const ROWS = {
  /**
   * An interchange whose fate is unknown is simply sent again, as if there were no lease and no
   * UNKNOWN.
   */
  'no-lease': (deps) => {
    const sound = soundActivities(deps)
    const resolveDelivery: typeof sound.providers.resolveDelivery = async ({ organisationId, interchangeId }) => {
      await run(
        deps,
        organisationId,
        sql`with unsettled as (
            update interchanges set state = 'READY', lease_until = null
            where organisation_id = ${organisationId} and id = ${interchangeId} and state in ('SENDING', 'UNKNOWN') returning id)
          update interchange_messages m set fate = 'prepared', mark = null from unsettled
          where m.organisation_id = ${organisationId} and m.interchange_id = unsettled.id`,
      )
      return { kind: 'not_sent', retryInMs: 0 }
    }
    return { ...sound, providers: { ...sound.providers, resolveDelivery } }
  },
  /** What was sent is written down with another amount. */
  'other-amount': afterDelivery(
    (organisationId, interchangeId) => sql`
      update submissions set frozen = jsonb_set(frozen::jsonb, '{total}', to_jsonb((frozen ->> 'total')::bigint + 1))
      where organisation_id = ${organisationId} and interchange_id = ${interchangeId}`,
  ),
  /** Control numbers are taken that no interchange has. */
  'skips-numbers': afterDelivery(
    (organisationId) => sql`
      update control_numbers set last_number = last_number + 1 where organisation_id = ${organisationId}`,
  ),
  /** The member's number goes to the log with each sending. */
  'names-patients': (deps, strikes) => {
    const sound = soundActivities(deps)
    const deliver: typeof sound.providers.deliver = async (sending) => {
      const members = await deps.databases.within(sending.organisationId, async (tx) =>
        tx.selectFrom('enrolments').select('member_id').limit(1).execute(),
      )
      if (strikes()) deps.log.error({ members }, 'a claim leaves')
      return sound.providers.deliver(sending)
    }
    return { ...sound, providers: { ...sound.providers, deliver } }
  },
  /** A claim's status is moved and its timeline says nothing of it. */
  'moves-in-silence': afterRecording(
    (organisationId, claimId) => sql`
      update claims set status = 'IN_REVIEW'
      where organisation_id = ${organisationId} and id = ${claimId} and status in ('APPROVED', 'PARTIAL')`,
  ),
  /** A document is confirmed at its source, and we have never stored it. */
  'loses-documents': (deps, strikes) =>
    soundActivities({
      ...deps,
      transportOf: (kind) => {
        const sound = deps.transportOf(kind)
        return {
          ...sound,
          collect: (adapter, context, session, store) =>
            sound.collect(adapter, context, session, async (found) => (strikes() ? undefined : store(found))),
        }
      },
    }),
  /** What a provider says of a claim counts as recorded before anybody has looked at it. */
  'forgets-notices': (deps, strikes) => {
    const sound = soundActivities(deps)
    const recordNotices: typeof sound.claims.recordNotices = async (claim, asked) => {
      const { organisationId, claimId } = claim
      if (strikes())
        await run(
          deps,
          organisationId,
          sql`update notices set recorded_at = now()
            where organisation_id = ${organisationId} and claim_id = ${claimId} and recorded_at is null`,
        )
      return sound.claims.recordNotices(claim, asked)
    }
    return { ...sound, claims: { ...sound.claims, recordNotices } }
  },
} satisfies Record<string, Defect>

/** Changes rows after each sending. */
function afterDelivery(change: (organisationId: string, interchangeId: string) => RawBuilder<unknown>): Defect {
  return (deps, strikes) => {
    const sound = soundActivities(deps)
    const deliver: typeof sound.providers.deliver = async (sending) => {
      const delivered = await sound.providers.deliver(sending)
      const { organisationId, interchangeId } = sending
      if (strikes()) await run(deps, organisationId, change(organisationId, interchangeId))
      return delivered
    }
    return { ...sound, providers: { ...sound.providers, deliver } }
  }
}

/** Changes rows after each recording of a claim's notices. */
function afterRecording(change: (organisationId: string, claimId: string) => RawBuilder<unknown>): Defect {
  return (deps, strikes) => {
    const sound = soundActivities(deps)
    const recordNotices: typeof sound.claims.recordNotices = async (claim, asked) => {
      const recorded = await sound.claims.recordNotices(claim, asked)
      const { organisationId, claimId } = claim
      if (strikes()) await run(deps, organisationId, change(organisationId, claimId))
      return recorded
    }
    return { ...sound, claims: { ...sound.claims, recordNotices } }
  }
}

async function run({ databases }: Deps, organisationId: string, change: RawBuilder<unknown>): Promise<void> {
  await databases.within(organisationId, (tx) => change.execute(tx))
}
