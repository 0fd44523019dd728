import { condition, defineSignal, proxyActivities, proxyLocalActivities, setHandler } from '@temporalio/workflow'

/** The reference of the end-to-end measurement: what Temporal alone costs for the same number of steps. */
export interface BareActivities {
  send(id: string): Promise<string>
  note(id: string): Promise<string>
}

export const said = defineSignal<[string]>('said')

/** One activity, five local activities that do nothing, three signals. */
export async function bareClaim(id: string): Promise<number> {
  const { send } = proxyActivities<Pick<BareActivities, 'send'>>({
    startToCloseTimeout: '1 minute',
    retry: { maximumAttempts: 1 },
  })
  const { note } = proxyLocalActivities<Pick<BareActivities, 'note'>>({ startToCloseTimeout: '1 minute' })
  let heard = 0
  setHandler(said, () => {
    heard += 1
  })
  await note(id)
  await send(id)
  await note(id)
  for (let awaited = 1; awaited <= 3; awaited += 1) {
    await condition(() => heard >= awaited)
    await note(id)
  }
  return heard
}
