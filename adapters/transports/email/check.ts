import type { CheckStep, Session } from '../transport.ts'
import type { EmailEndpoint, MailServer } from './endpoint.ts'
import { closeImap, openImap } from './imap.ts'
import { type MailStep, openSmtp } from './smtp.ts'

const STEPS: readonly MailStep[] = ['connect', 'tls', 'sign-in']

/**
 * Connects to both servers, secures, signs in and looks into the folders, step by step; each
 * server's steps stop at the first that fails. Sends nothing.
 */
export async function check(session: Session<EmailEndpoint>): Promise<CheckStep[]> {
  return [...(await outgoing(session)), ...(await incoming(session))]
}

async function outgoing(session: Session<EmailEndpoint>): Promise<CheckStep[]> {
  const { smtp } = session.endpoint
  const opened = await openSmtp(session)
  if (opened.kind === 'failed') return failedAt('smtp', smtp, opened)
  opened.connection.quit()
  return passed('smtp', smtp, STEPS)
}

async function incoming(session: Session<EmailEndpoint>): Promise<CheckStep[]> {
  const { imap } = session.endpoint
  const opened = await openImap(session)
  if (opened.kind === 'failed') return failedAt('imap', imap, opened)
  const { client } = opened
  const done = passed('imap', imap, STEPS)
  try {
    for (const path of [imap.folder, ...(imap.archiveFolder === undefined ? [] : [imap.archiveFolder])]) {
      const step = path === imap.folder ? 'imap folder' : 'imap archive folder'
      const status = await client.status(path, { messages: true }).catch(() => null)
      const ok = status !== null && status !== false
      done.push({ step, ok, detail: ok ? `there, ${status.messages ?? 0} mails` : 'there is no such folder' })
      if (!ok) break
    }
    return done
  } finally {
    await closeImap(client)
  }
}

function failedAt(protocol: string, server: MailServer, failure: { step: MailStep; because: string }): CheckStep[] {
  return [
    ...passed(protocol, server, STEPS.slice(0, STEPS.indexOf(failure.step))),
    { step: `${protocol} ${failure.step}`, ok: false, detail: failure.because },
  ]
}

function passed(protocol: string, { host, port, tls }: MailServer, steps: readonly MailStep[]): CheckStep[] {
  const details: Record<MailStep, string> = {
    connect: `${host}:${port} answers`,
    tls: tls === 'none' ? 'none, a listed address' : `${tls}, a trusted certificate`,
    'sign-in': 'accepted',
  }
  return steps.map((step) => ({ step: `${protocol} ${step}`, ok: true, detail: details[step] }))
}
