import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { Client, Connection } from '@temporalio/client'
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { publicApi } from '../../cli/demo/client.ts'
import { type Guide, guideFor } from '../../cli/demo/guide.ts'
import { STORIES } from '../../cli/demo/scenarios.ts'
import { demoPatients } from '../../cli/seed/demoData.ts'
import { seedDemo } from '../../cli/seed/seedDemo.ts'
import { type Stack, startStack } from '../../cli/stack/stack.ts'
import { clockFrom } from '../../platform/clock.ts'
import { readEffects } from '../../sandbox/effectLedger.ts'
import { claimWorkflowId } from '../../workflows/ids.ts'

const folder = mkdtempSync(path.join(os.tmpdir(), 'claimhub-e2e-'))
let stack: Stack
let connection: Connection
let client: Client

beforeAll(async () => {
  stack = await startStack({ folder, apiPort: 0, uiPort: 0, scale: 86_400 / 2, say: () => undefined, seed: seedDemo })
  connection = await Connection.connect({ address: stack.env['TEMPORAL_ADDRESS'] ?? '' })
  client = new Client({ connection })
}, 600_000)

afterAll(async () => {
  await connection?.close()
  await stack?.stop()
  rmSync(folder, { recursive: true, force: true })
}, 60_000)

const HMOS = [
  { provider: 'harbor-health', letter: 'h', currency: 'PHP' },
  { provider: 'summit-dental', letter: 's', currency: 'USD' },
  { provider: 'gulf-dental', letter: 'g', currency: 'AED' },
]

function guide(hmo: (typeof HMOS)[number]): Guide {
  const clock = clockFrom(stack.state.clock)
  return guideFor(publicApi(stack.apiUrl, stack.state.apiKey ?? ''), hmo.provider, hmo.letter, () => clock.now())
}

describe.each(HMOS)('$provider over the public API', (hmo) => {
  it.each(
    STORIES.filter((story) =>
      ['paid in full', 'denied after review: a replacement that carries the HMO’s reference'].includes(story.name),
    ),
  )(
    '$name',
    async (story) => {
      const claim = await story.play(guide(hmo))
      expect({ status: claim.status, paymentStatus: claim.paymentStatus }).toEqual(story.expected)
    },
    300_000,
  )

  it('got the replacement with its own claim number in the bytes', () => {
    const effects = stack.ledgers
      .flatMap((file) => readEffects(file))
      .flatMap((entry) => (entry.kind === 'effect' ? [entry] : []))
    const denied = effects.filter((effect) => effect.memberId.startsWith('DR-') && effect.currency === hmo.currency)
    expect(denied.map((effect) => effect.purpose)).toEqual(['new', 'replacement'])
    expect(denied[1]?.originalReference).toBe(denied[0]?.claimNumber)
  })

  it('is told apart in Temporal by provider and status, and a waiting claim says in words what it waits for', async () => {
    const silent = guide(hmo)
    const draft = await silent.draft('SI')
    await silent.submit(draft.claimId)
    const query = `ClaimProvider = '${hmo.provider}' AND ClaimStatus = 'SUBMITTED' AND ExecutionStatus = 'Running'`
    await expect
      .poll(async () => (await listed(query)).includes(claimWorkflowId(draft.claimId)), { timeout: 30_000 })
      .toBe(true)
    const metadata = await client.workflow
      .getHandle(claimWorkflowId(draft.claimId))
      .query<{ currentDetails?: string }>('__temporal_workflow_metadata')
    expect(metadata.currentDetails).toMatch(/SUBMITTED.*(Waiting for|On its way to) /s)
  }, 120_000)
})

describe('Temporal', () => {
  it('H8 holds no patient: no name, no member number, in any history, with the codec off', async () => {
    const words = demoPatients().flatMap((patient) => [
      patient.family,
      ...(patient.memberId === null ? [] : [patient.memberId]),
    ])
    const ids = await listed(`ExecutionStatus != 'Terminated'`)
    expect(ids.length).toBeGreaterThan(6)
    for (const id of ids) {
      const text = decoded(historyToJSON(await client.workflow.getHandle(id).fetchHistory()))
      for (const word of words) expect(text.includes(word), `${word} in the history of ${id}`).toBe(false)
    }
  }, 120_000)

  it('would be caught: the scan finds a planted name', () => {
    expect(decoded(JSON.stringify({ data: Buffer.from('{"name":"Villanueva"}').toString('base64') }))).toContain(
      'Villanueva',
    )
  })
})

/** Payloads are base64 in a history: the scan looks at both forms. */
function decoded(json: string): string {
  const payloads = [...json.matchAll(/"data":\s*"([A-Za-z0-9+/=]+)"/g)].map((match) =>
    Buffer.from(match[1] ?? '', 'base64').toString('utf8'),
  )
  return [json, ...payloads].join('\n')
}

async function listed(query: string): Promise<string[]> {
  const ids: string[] = []
  for await (const { workflowId } of client.workflow.list({ query })) ids.push(workflowId)
  return ids
}
