import { z } from 'zod'
import { eventsAfter, type FeedPlace } from '../../../db/claims/eventFeed.ts'
import { STATUSES } from '../../../domain/claim.ts'
import { ROLES } from '../../http/auth.ts'
import { defineRoute, type Route } from '../../http/route.ts'
import { id, instant, limit, placeCursor, wholeNumber } from '../../http/schemas.ts'

const status = z.enum(STATUSES)

const feedEvent = z
  .object({
    eventId: id,
    sequence: z.int().meta({ description: 'Rises with every event of one claim' }),
    claimId: id,
    claimNumber: z.string(),
    type: z.string(),
    fact: z.looseObject({ type: z.string() }).meta({ description: 'The event in our words, by its type' }),
    said: z.array(z.object({ list: z.string().optional(), code: z.string().optional(), text: z.string().optional() })),
    effect: z.enum(['applied', 'repeat', 'stale', 'conflict', 'noted']),
    from: status,
    to: status,
    implied: z.array(status),
    actor: z.string(),
    at: instant,
    recordedAt: instant,
  })
  .meta({ id: 'FeedEvent' })

/** `<xid>.<feed>`, after a restore `<era>-<xid>.<feed>`; callers take it as it is. */
const cursor = placeCursor(`(?:[1-9]\\d{0,8}-)?${wholeNumber(19)}`, wholeNumber(18), (first, feed): FeedPlace => {
  const [xid = '', era = '0'] = first.split('-').reverse()
  return { era: Number(era), xid, feed }
})

export const eventRoutes: Route[] = [
  defineRoute({
    method: 'get',
    path: '/v1/events',
    tag: 'events',
    summary: 'What happened to claims, from a cursor on',
    description:
      'Keep `cursor` and ask again with `after`: every event comes once, none is skipped. When `more` is false, wait a little before asking again. Events of one claim are in the order of `sequence`.',
    roles: ROLES.read,
    query: z.strictObject({ after: cursor.optional(), limit: limit(1_000, 100) }),
    response: z.object({ events: z.array(feedEvent), cursor: z.string().nullable(), more: z.boolean() }),
    handler: async ({ organisationId, query, deps }) => {
      const { events, place } = await deps.databases.within(organisationId, (tx) =>
        eventsAfter(tx, { organisationId, after: query.after ?? null, limit: query.limit }),
      )
      return {
        events: events as z.input<typeof feedEvent>[],
        cursor: place === null ? null : `${place.era === 0 ? '' : `${place.era}-`}${place.xid}.${place.feed}`,
        more: events.length === query.limit,
      }
    },
  }),
]
