import type { CheckStep, Session } from '../transport.ts'
import { openRemote, STEPS } from './connection.ts'
import type { SftpEndpoint } from './endpoint.ts'
import type { Remote } from './remote.ts'

/**
 * Connects, checks the host key, signs in and looks into the folders, step by step; stops at the
 * first that fails. Writes nothing.
 */
export async function check(session: Session<SftpEndpoint>): Promise<CheckStep[]> {
  const { endpoint } = session
  const opened = await openRemote(session)
  if (opened.kind === 'failed') {
    const passed = STEPS.slice(0, STEPS.indexOf(opened.step))
    return [
      ...passed.map((step) => ({ step, ok: true, detail: 'passed' })),
      { step: opened.step, ok: false, detail: opened.because },
    ]
  }
  const { remote } = opened
  const details = {
    connect: `${endpoint.host}:${endpoint.port} answers`,
    'host key': `SHA256:${opened.hostKeySha256.replace(/=+$/, '')}, as agreed`,
    'sign-in': 'accepted',
    sftp: 'offered',
  }
  const done: CheckStep[] = STEPS.map((step) => ({ step, ok: true, detail: details[step] }))
  try {
    for (const [step, folder] of foldersOf(endpoint)) {
      done.push(await readable(remote, step, folder))
      if (!done.at(-1)?.ok) break
    }
    return done
  } finally {
    remote.close()
  }
}

function foldersOf(endpoint: SftpEndpoint): [string, string][] {
  return [
    ['in folder', endpoint.inFolder],
    ['out folder', endpoint.outFolder],
    ...(endpoint.archiveFolder === undefined
      ? []
      : ([['archive folder', endpoint.archiveFolder]] satisfies [string, string][])),
  ]
}

async function readable(remote: Remote, step: string, folder: string): Promise<CheckStep> {
  try {
    const names = await remote.list(folder)
    return { step, ok: true, detail: `readable, ${names.length} entries` }
  } catch (error) {
    return { step, ok: false, detail: (error as Error).message }
  }
}
