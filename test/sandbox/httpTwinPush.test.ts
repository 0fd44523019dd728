import { afterEach, describe, expect, it } from 'vitest'
import { harborHealth } from '../../adapters/providers/harbor-health/index.ts'
import { httpTransport } from '../../adapters/transports/http/index.ts'
import { sampleSubmission } from '../adapters/fhir/sampleSubmission.ts'
import { httpServer } from '../adapters/http/scriptedServer.ts'
import { scripted, steppedClock, twinLine, until } from './httpTwin.ts'

const open: { stop?(): Promise<void>; close?(): Promise<void> }[] = []
afterEach(async () => {
  for (const each of open.splice(0)) await (each.stop?.() ?? each.close?.())
})

/** A receiver that answers by script (204 when it has run out) and keeps what came. */
async function receiver(...statuses: number[]) {
  const came: { id: string; headers: Record<string, string>; body: Uint8Array; status: number }[] = []
  const server = await httpServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const status = statuses.shift() ?? 204
      const headers = request.headers as Record<string, string>
      came.push({ id: headers['webhook-id'] ?? '', headers, body: new Uint8Array(Buffer.concat(chunks)), status })
      response.writeHead(status).end()
    })
  })
  open.push(server)
  return { came, url: `http://127.0.0.1:${server.port}/v1/push/c1` }
}

async function start(pushUrl: string | undefined, ...faults: string[]) {
  const clock = steppedClock()
  const line = await twinLine({ clock, faults: scripted(...faults), ...(pushUrl ? { pushUrl } : {}) })
  open.push(line)
  await line.send(sampleSubmission(), 'key-1')
  return { clock, line }
}

describe('pushed answers', () => {
  it('are signed, and are the same bytes as the collected ones', async () => {
    const { came, url } = await receiver()
    const { clock, line } = await start(url)
    clock.advanceDays(0.3)
    await until(
      () => came.length,
      (count) => count === 1,
    )
    const [push] = came
    if (!push) throw new Error('nothing came')
    const verified = httpTransport.verifyPush?.(push.headers, push.body, line.connection.secrets, new Date())
    expect(verified).toEqual({ ok: true, key: 'ClaimResponse/CR-HH-000001/_history/1' })
    expect(
      await harborHealth.decode({ transport: 'http', status: 200, headers: push.headers, body: push.body }, line.ctx),
    ).toMatchObject([{ fact: { type: 'received' } }])
    const collected = await line.collect(null)
    expect(collected.found[0]?.key).toBe(push.id)
    expect(Buffer.from(collected.found[0]?.message.body ?? [])).toEqual(Buffer.from(push.body))
  })

  it('come again until they are taken, also after a restart, and then no more', async () => {
    const { came, url } = await receiver(500, 500)
    const { clock, line } = await start(undefined)
    await line.pushTo(url)
    clock.advanceDays(0.3)
    await until(
      () => came.length,
      (count) => count >= 1,
    )
    await line.restart()
    await until(line.control, ({ unpushed }) => unpushed === 0)
    expect(came.filter((push) => push.status === 204)).toHaveLength(1)
    const settled = came.length
    await line.restart()
    clock.advanceDays(1)
    await until(
      line.control,
      ({ claims, unpushed }) => claims[0]?.said.includes('in-review') === true && unpushed === 0,
    )
    expect(came).toHaveLength(settled + 1)
  })

  it('may come twice under one id, and out of order', async () => {
    const { came, url } = await receiver()
    const { clock, line } = await start(url, 'reorder', 'dup')
    clock.advanceDays(0.3)
    await until(line.control, ({ claims }) => claims[0]?.said.length === 1)
    clock.advanceDays(1)
    await until(
      () => came.length,
      (count) => count === 3,
    )
    expect(came.map((push) => push.id).sort()).toEqual(
      [1, 1, 2].map((version) => `ClaimResponse/CR-HH-000001/_history/${version}`),
    )
    expect(came[0]?.id.endsWith('/1') && came[1]?.id.endsWith('/1') && came[2]?.id.endsWith('/2')).toBe(false)
  })

  it('leave an acknowledgement out when it is lost; the rest comes', async () => {
    const { came, url } = await receiver()
    const { clock, line } = await start(url, 'dropAck')
    clock.advanceDays(0.3)
    await until(line.control, ({ claims }) => claims[0]?.said.includes('acknowledged') === true)
    await line.restart()
    clock.advanceDays(1)
    await until(
      () => came.length,
      (count) => count === 1,
    )
    expect(
      await harborHealth.decode(
        { transport: 'http', status: 200, headers: {}, body: came[0]?.body ?? new Uint8Array() },
        line.ctx,
      ),
    ).toMatchObject([{ fact: { type: 'in_review' } }])
  })
})
