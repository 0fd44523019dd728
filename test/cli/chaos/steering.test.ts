import { spawn } from 'node:child_process'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createApiKey } from '../../../db/setup/apiKeys.ts'
import { type TestDatabase, testDatabase } from '../../support/database.ts'
import { deploymentOf } from '../../support/deployment.ts'

const ROOT = path.join(import.meta.dirname, '../../..')
const CLAIMHUB = path.join(ROOT, 'bin/claimhub.js')
const CHAOS = path.join(ROOT, 'cli/chaos/process.js')

let db: TestDatabase
beforeAll(async () => {
  db = await testDatabase()
})
afterAll(() => db.close())

/** One process of the deployment; Temporal is not there: nothing listens on port 1. */
function start(program: string, args: string[], env: Record<string, string>) {
  const child = spawn(process.execPath, [program, ...args], {
    env: {
      PATH: process.env['PATH'],
      ...deploymentOf(db),
      TEMPORAL_ADDRESS: '127.0.0.1:1',
      CLAIMHUB_API_PORT: '0',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let words = ''
  let ready: (report: { port: number }) => void = () => undefined
  const announced = new Promise<{ port: number }>((resolve) => {
    ready = resolve
  })
  child.stderr.on('data', (text: Buffer) => {
    words += text
  })
  child.stdout.on('data', (text: Buffer) => {
    const line = String(text)
      .split('\n')
      .find((each) => each.includes('"ready":true'))
    if (line !== undefined) ready(JSON.parse(line))
  })
  const ended = new Promise<{ code: number | null; signal: string | null; words: string }>((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal, words }))
  })
  return { child, announced, ended }
}

describe('a process of the deployment', () => {
  it.each([
    ['worker', 'CLAIMHUB_FAILPOINT', 'after_send:sftp'],
    ['worker', 'CLAIMHUB_PLANTED_DEFECT', 'no-lease'],
    ['api', 'CLAIMHUB_FAILPOINT', 'after_commit:api'],
    ['api', 'CLAIMHUB_PLANTED_DEFECT', 'no-lease'],
    ['reconcile', 'CLAIMHUB_PLANTED_DEFECT', 'no-lease'],
  ])('`claimhub %s` with %s does not start, and says why in one sentence', async (command, name, value) => {
    const { ended } = start(CLAIMHUB, [command], { [name]: value })
    expect(await ended).toEqual({
      code: 1,
      signal: null,
      words: `claimhub: ${name} is set: it is for the tests' own programs, and no process of a deployment starts with it\n`,
    })
  })
})

describe('chaos’ own program', () => {
  it('dies at the named place, after the effect and before the answer', async () => {
    const { organisationId } = db
    const { key } = await db.databases.within(organisationId, (tx) =>
      createApiKey(tx, { organisationId, name: 'x', role: 'owner' }),
    )
    const { announced, ended } = start(CHAOS, ['api'], { CLAIMHUB_FAILPOINT: 'after_commit:api' })
    const { port } = await Promise.race([announced, ended.then(({ words }) => Promise.reject(new Error(words)))])
    const clinic = { name: 'Makati', externalId: 'c-1', version: 1, zone: 'UTC' }
    const address = { line1: '1 Ayala Avenue', city: 'Makati', country: 'PH' }
    const answer = await fetch(`http://127.0.0.1:${port}/v1/clinics/c-1`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', 'idempotency-key': 'k-1' },
      body: JSON.stringify({ ...clinic, address }),
    }).then(
      ({ status }) => status,
      () => 'no answer',
    )
    expect(answer).toBe('no answer')
    expect(await ended).toMatchObject({ signal: 'SIGKILL' })
    expect(await db.owner.selectFrom('clinics').select('external_id').execute()).toEqual([{ external_id: 'c-1' }])
  })

  it('refuses a defect that nobody knows, and any other part than the two', async () => {
    const unknown = await start(CHAOS, ['worker'], { CLAIMHUB_PLANTED_DEFECT: 'nonsense' }).ended
    expect(unknown.words).toContain('there is no defect nonsense to plant; there are no-lease, ')
    expect((await start(CHAOS, ['migrate'], {}).ended).words).toContain('chaos runs a worker or an api, not migrate')
  })
})
