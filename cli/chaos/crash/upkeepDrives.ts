import { claimWorkflowId, isMailboxSchedule, mailboxScheduleId, RECONCILIATION_ID } from '../../../workflows/ids.ts'
import { type Play, until } from './play.ts'

const TEST_CONNECTION = {
  providerId: 'laguna-care',
  mode: 'test',
  currency: 'PHP',
  zone: 'Asia/Manila',
  endpoint: {},
  settings: { accountNumber: 'BSDG-0417' },
}

/** A connection is a row; the worker that makes its Schedule dies. */
export async function makesConnection(play: Play): Promise<void> {
  const connectionId = await switchedOff(play)
  play.arm()
  await play.clinic.guide('laguna-care').api.patch(`/v1/connections/${connectionId}`, { enabled: true })
  await play.died()
  await until('the Schedule of the connection', () => isScheduled(play, connectionId))
}

/** The test connection without a Schedule; it is made where it is missing. */
async function switchedOff(play: Play): Promise<string> {
  const { api } = play.clinic.guide('laguna-care')
  const { connections } = await api.get<{ connections: { connectionId: string; mode: string }[] }>('/v1/connections')
  const known = connections.find(({ mode }) => mode === 'test')
  if (known === undefined) {
    const body = { ...TEST_CONNECTION, enabled: false }
    return (await api.post<{ connectionId: string }>('/v1/connections', body)).connectionId
  }
  await api.patch(`/v1/connections/${known.connectionId}`, { enabled: false })
  await until('the Schedule to go', async () => !(await isScheduled(play, known.connectionId)))
  return known.connectionId
}

async function isScheduled({ temporal }: Play, connectionId: string): Promise<boolean> {
  for await (const { scheduleId } of temporal.schedule.list())
    if (isMailboxSchedule(scheduleId) && scheduleId === mailboxScheduleId(connectionId)) return true
  return false
}

/** The comparison of Postgres and Temporal finds an open claim that nobody carries. */
export async function losesWorkflow(play: Play): Promise<void> {
  const { clinic, temporal } = play
  const draft = await clinic.draft('harbor-health', 'SI')
  await clinic.submit(draft)
  await clinic.guide('harbor-health').until(draft.claimId, 'sent', ({ delivery }) => delivery === 'SENT')
  await temporal.workflow.getHandle(claimWorkflowId(draft.claimId)).terminate('lost, for a proof')
  play.arm()
  const compare = () => temporal.schedule.getHandle(RECONCILIATION_ID).trigger()
  await compare()
  const again = setInterval(() => void compare().catch(() => undefined), 5_000)
  try {
    await play.died()
  } finally {
    clearInterval(again)
  }
}
