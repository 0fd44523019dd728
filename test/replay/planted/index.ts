import { sleep } from '@temporalio/workflow'
import { claimLifecycle as real } from '../../../workflows/claimLifecycle.ts'
import type { ClaimInput } from '../../../workflows/messages.ts'

/** The planted change: a timer before anything else, which no recorded history has. */
export async function claimLifecycle(input: ClaimInput): Promise<string> {
  await sleep('1 second')
  return real(input)
}
