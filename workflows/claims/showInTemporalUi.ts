import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common'
import { setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow'
import type { ClaimSummary } from '../activityResults.ts'

const STATUS = defineSearchAttributeKey('ClaimStatus', SearchAttributeType.KEYWORD)
const ATTENTION = defineSearchAttributeKey('ClaimAttention', SearchAttributeType.BOOL)

/** Words always, search attributes only when they change: each upsert is a billable action. */
export function showInTemporalUi(before: ClaimSummary | null, now: ClaimSummary): void {
  setCurrentDetails(`**${now.status}** ${now.waitingFor}`)
  const was = before ?? { status: 'SUBMITTED', attention: false }
  const changes = [
    ...(was.status === now.status ? [] : [{ key: STATUS, value: now.status }]),
    ...(was.attention === now.attention ? [] : [{ key: ATTENTION, value: now.attention }]),
  ]
  if (changes.length > 0) upsertSearchAttributes(changes)
}
