import { condition, defineSignal, proxyActivities, proxyLocalActivities, setHandler } from '@temporalio/workflow'

/**
 * The reference of the end-to-end measurement: what Temporal alone costs for the same number of
 * steps.
 */
export interface BareActivities {
  send(id: string): Promise<string>
  note(id: string): Promise<string>
}

export const said = defineSignal<[string]>('said')

/**
 * A claim's steps without their content: a local activity, an activity, then three times a
 * deadline, a signal and a local activity.
 */
export async function bareClaim(id: string): Promise<number> {
  const { send } = proxyActivities<Pick<BareActivities, 'send'>>({
    startToCloseTimeout: '1 minute',
    retry: { maximumAttempts: 1 },
  })
  const { note } = proxyLocalActivities<Pick<BareActivities, 'note'>>({ startToCloseTimeout: '1 minute' })
  let answered = 0
  setHandler(said, () => {
    answered += 1
  })
  await note(id)
  await send(id)
  for (let awaited = 1; awaited <= 3; awaited += 1) {
    await condition(() => answered >= awaited, '30 days')
    await note(id)
  }
  return answered
}
