import { type RawBuilder, sql } from 'kysely'

/**
 * What a correction is about, as SQL over the claim `c`: the provider's claim number of its nearest
 * ancestor that has one (`reference`), with our number of the last sending of that ancestor
 * (`submission_number`). A replacement that was rejected at the front end got no number itself: its
 * correction still names the claim that was adjudicated. A correction that was cancelled is no
 * ancestor of the next one, though it may have got a number. `from`: `c` is the claim that is to be
 * corrected, or the correction itself.
 */
export function originalClaim(from: 'corrected' | 'correction'): RawBuilder<unknown> {
  return sql`(
    select f.value as reference, s.submission_number
    from claims x
    join claim_references f on f.organisation_id = x.organisation_id and f.claim_id = x.id and f.type = 'claim-number'
    left join lateral (
      select s.submission_number from submissions s
      where s.organisation_id = x.organisation_id and s.claim_id = x.id and s.purpose not in ('void','supplement')
      order by s.id desc limit 1) s on true
    where x.organisation_id = c.organisation_id and x.status <> 'CANCELLED'
      and ${from === 'corrected' ? sql`true` : sql`c.purpose <> 'new' and x.id <> c.id`}
      and (x.id = c.lineage_id or (x.lineage_id = c.lineage_id and x.replaces_claim_id is not null))
    order by x.id desc, f.learned_at desc limit 1)`
}
