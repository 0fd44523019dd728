import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common'
import { setCurrentDetails, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow'
import type { ClaimSummary } from '../activityResults.ts'

const STATUS = defineSearchAttributeKey('ClaimStatus', SearchAttributeType.KEYWORD)
const ATTENTION = defineSearchAttributeKey('ClaimAttention', SearchAttributeType.BOOL)

/** Words always, search attributes only when they change: each upsert is a billable action. */
export function showInTemporalUi(before: ClaimSummary | null, now: ClaimSummary): void {
  setCurrentDetails(`**${now.status}** ${now.waitingFor}`)
  const { typedSearchAttributes: at } = workflowInfo()
  // A history that goes on from another has the attributes of that one.
  const was = before ?? { status: at.get(STATUS), attention: at.get(ATTENTION) }
  const changes = [
    ...(was.status === now.status ? [] : [{ key: STATUS, value: now.status }]),
    ...(was.attention === now.attention ? [] : [{ key: ATTENTION, value: now.attention }]),
  ]
  if (changes.length > 0) upsertSearchAttributes(changes)
}
