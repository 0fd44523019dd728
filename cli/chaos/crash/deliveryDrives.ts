import { randomBytes } from 'node:crypto'
import type { ClaimShown } from '../../demo/client.ts'
import { xrayPng } from '../../demo/xray.ts'
import { type Play, until } from './play.ts'

type Drive = (play: Play) => Promise<void>

/** A claim is submitted, and its sending meets the place. */
export function sends(provider: string): Drive {
  return async (play) => {
    const draft = await play.clinic.draft(provider, 'PF')
    await submitArmed(play, draft)
  }
}

async function submitArmed(play: Play, draft: ClaimShown): Promise<void> {
  play.arm()
  const submitting = play.clinic.submit(draft)
  await Promise.all([submitting, play.died()])
}

/** A denied claim is corrected: the freeze of the replacement closes the original. */
export function replaces(provider: string): Drive {
  return async (play) => {
    const { clinic } = play
    const draft = await clinic.draft(provider, 'DR')
    await clinic.submit(draft)
    const guide = clinic.guide(provider)
    await guide.until(draft.claimId, 'denied', ({ rejectedAt }) => rejectedAt === 'adjudicated')
    await submitArmed(play, await guide.resubmit(draft.claimId))
    await guide.until(draft.claimId, 'replaced', ({ closed }) => closed === 'replaced')
  }
}

/** A claim with its X-ray, which goes as a file of its own. */
export function sendsPapers(provider: string): Drive {
  return async (play) => {
    const draft = await play.clinic.draft(provider, 'PF', { crown: true })
    await submitArmed(play, draft)
  }
}

/** More papers than one mail can hold. */
export function sendsLargePapers(provider: string): Drive {
  return async (play) => {
    const draft = await play.clinic.draft(provider, 'PF', { crown: true })
    const { api } = play.clinic.guide(provider)
    for (const number of [1, 2])
      await api.upload(
        `/v1/claims/${draft.claimId}/attachments?kind=xray&tooth=14&fileName=large-${number}.png`,
        'image/png',
        largePng(),
      )
    await submitArmed(play, draft)
  }
}

/** Noise that no mail makes smaller: 5 MB each on their way, so that two are too much for one mail. */
function largePng(): Uint8Array {
  return xrayPng(1_935, (size) => randomBytes(size))
}

/** A young worker has no token yet. */
export function signsIn(provider: string): Drive {
  return async (play) => {
    const draft = await play.clinic.draft(provider, 'PF')
    await play.stage.restart('worker')
    await submitArmed(play, draft)
  }
}

/** A first sender dies after the send; whoever finds out what became of it meets the place. */
export function diesTwice(provider: string, first: string): Drive {
  return async (play) => {
    const draft = await play.clinic.draft(provider, 'PF')
    play.stage.arm(first)
    const submitting = play.clinic.submit(draft)
    await Promise.all([submitting, play.stage.died(first, async () => play.arm())])
    await play.died()
  }
}

/** A claim is answered: acknowledgement, decision or payment meets the place. */
export function isAnswered(provider: string): Drive {
  return async (play) => {
    const draft = await play.clinic.draft(provider, 'PF')
    await play.clinic.submit(draft)
    play.arm()
    await play.died()
  }
}

/** The HMO says nothing, and the passed deadline meets the place. */
export function isSilent(provider: string): Drive {
  return async (play) => {
    const draft = await play.clinic.draft(provider, 'SI')
    await play.clinic.submit(draft)
    play.arm()
    await play.died()
  }
}

/** A claim waits in a batch, which is then let go. */
export async function leavesInBatch(play: Play): Promise<void> {
  const provider = 'summit-dental'
  const { clinic } = play
  const draft = await clinic.draft(provider, 'PF')
  const path = `/v1/connections/${draft.connectionId}`
  await inBatches(play, path, async () => {
    play.arm()
    const submitted = clinic.submit(draft).then(() => sendBatch(play, draft))
    await Promise.all([submitted, play.died()])
  })
  await clinic.guide(provider).until(draft.claimId, 'sent', ({ delivery }) => delivery === 'SENT')
}

/** While `work` runs, claims of the connection wait for the end of the month. */
export async function inBatches({ clinic }: Play, path: string, work: () => Promise<void>): Promise<void> {
  const { api } = clinic.guide('summit-dental')
  await api.patch(path, { batchCalendar: { every: 'month', day: 31, at: '23:59' } })
  try {
    await work()
  } finally {
    await api.patch(path, { batchCalendar: null })
  }
}

/** Lets the batch go in which the claim waits. */
export async function sendBatch({ clinic, owner }: Play, { claimId, connectionId }: ClaimShown): Promise<void> {
  await until('a batch that waits', async () => (await batchOf()) !== undefined)
  const interchangeId = await batchOf()
  await clinic.guide('summit-dental').api.post(`/v1/connections/${connectionId}/batches/${interchangeId}/send`)

  async function batchOf(): Promise<string | undefined> {
    const row = await owner
      .selectFrom('submissions as s')
      .innerJoin('interchanges as i', 'i.id', 's.interchange_id')
      .select('i.id')
      .where('s.claim_id', '=', claimId)
      .where('i.state', '=', 'WAITING')
      .executeTakeFirst()
    return row?.id
  }
}
