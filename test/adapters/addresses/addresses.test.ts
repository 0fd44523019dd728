import { afterEach, describe, expect, it } from 'vitest'
import { allowedFrom } from '../../../platform/addresses/allowList.ts'
import { addressGuard } from '../../../platform/addresses/guard.ts'
import { NotReached } from '../../../platform/addresses/reach.ts'
import { REFUSED_ADDRESSES, REFUSED_HOSTS } from '../../support/refusedHosts.ts'
import { BANNER, CHANNELS, PLAIN, startListener } from './harness.ts'

const PUBLIC = '93.184.216.34'
const REFUSED = /^(stopped|threw): .*(this deployment does not connect to it|is no host name or address)/

let listener: Awaited<ReturnType<typeof startListener>> | null = null
const listening = async (banner?: string) => {
  listener = await startListener(banner)
  return listener
}
afterEach(async () => {
  await listener?.stop()
  listener = null
})

/** Nothing is contacted: what would be connected to is written down. */
function watched(names: Record<string, string[]> = {}, allowed = '') {
  const opened: string[] = []
  const guard = addressGuard({
    allowed: allowedFrom(allowed),
    resolve: async (name) => names[name] ?? [PUBLIC],
    open: async (addresses) => {
      opened.push(...addresses)
      throw new NotReached('ECONNREFUSED')
    },
  })
  return { guard, opened }
}

describe.each(CHANNELS)('H6 $name', ({ name, work, check, refusedAtSave }) => {
  it(`is refused to ${REFUSED_HOSTS.length} hosts as they are written: when saved, and again at connect`, async () => {
    const { guard, opened } = watched()
    const passed: string[] = []
    for (const host of REFUSED_HOSTS) {
      if (refusedAtSave(host, 443, guard) === null) passed.push(`saved: ${host}`)
      if (isUrl(name) && !URL.canParse(`https://${inUrl(host)}/`)) continue
      const ended = await work(host, 443, guard)
      if (!REFUSED.test(ended)) passed.push(`${host}: ${ended}`)
    }
    expect(passed).toEqual([])
    expect(opened).toEqual([])
  })

  it(`is refused to a name that leads to any of ${REFUSED_ADDRESSES.length} addresses, alone or among public ones`, async () => {
    const passed: string[] = []
    for (const address of REFUSED_ADDRESSES) {
      for (const answer of [[address], [PUBLIC, address], [address, PUBLIC]]) {
        const { guard, opened } = watched({ 'inner.example': answer })
        const ended = await work('inner.example', 443, guard)
        if (!REFUSED.test(ended) || opened.length > 0) passed.push(`${answer.join()}: ${ended}`)
      }
    }
    expect(passed).toEqual([])
  })

  it('reaches a public host, and the very address that was judged', async () => {
    const { guard, opened } = watched({ 'inner.example': ['93.184.216.99'] })
    expect(refusedAtSave('inner.example', 443, guard)).toBeNull()
    expect(await work('inner.example', 443, guard)).toMatch(/ECONNREFUSED/)
    expect(opened).toEqual(['93.184.216.99'])
  })

  it('contacts nobody on this machine: a listener sees no connection, the check shows no word of it', async () => {
    const { port, connections } = await listening()
    const guard = addressGuard({ allowed: [], resolve: async () => ['127.0.0.1'] })
    for (const host of ['127.0.0.1', '0x7f000001', '2130706433', '127.1', '0', 'localhost', 'inner.example']) {
      expect(await work(host, port, guard)).toMatch(REFUSED)
      const steps = await check(host, port, guard)
      expect(JSON.stringify(steps)).not.toContain('CANARY')
      const refusal = steps.map(({ detail }) => detail).find((detail) => detail.includes('does not connect to it'))
      // The check of HTTP goes to the base address first; here it is the token's address that is
      // refused.
      if (name !== 'tokenUrl') expect(refusal, host).toBeDefined()
    }
    expect(connections()).toBe(0)
  })

  it('reaches a listed twin by its address and by a name that leads to it', async () => {
    const { port, connections } = await listening()
    const guard = addressGuard({ allowed: allowedFrom(`127.0.0.1:${port}`), resolve: async () => ['127.0.0.1'] })
    for (const host of ['127.0.0.1', 'twin.example']) {
      expect(refusedAtSave(host, port, guard)).toBeNull()
      expect(await work(host, port, guard)).not.toMatch(REFUSED)
    }
    // One each: the library works over the connection that the guard opened, and opens none of its
    // own.
    expect(connections()).toBe(2)
  })

  it.each([BANNER, '500 CANARY', 'SSH-1.5-CANARY', '* BYE CANARY', 'HTTP/1.1 400 CANARY', 'CANARY'])(
    'says of a server that greets with "%s" only that it is none of its kind',
    async (banner) => {
      const { port } = await listening(banner)
      const guard = addressGuard({ allowed: allowedFrom('127.0.0.1'), resolve: async () => [] })
      expect(JSON.stringify(await check('127.0.0.1', port, guard))).not.toContain('CANARY')
      expect(await work('127.0.0.1', port, guard)).not.toContain('CANARY')
    },
  )
})

describe('a name with several addresses', () => {
  it('is reached at the one that answers', async () => {
    const { port, connections } = await listening()
    const resolve = async () => ['::1', '127.0.0.1']
    const guard = addressGuard({ allowed: allowedFrom('127.0.0.1,::1'), resolve })
    const socket = await guard.connect({ host: 'twin.example', port, encrypted: true }, { timeoutMs: 5_000 })
    expect(socket.remoteAddress).toBe('127.0.0.1')
    socket.destroy()
    expect(connections()).toBe(1)
  })
})

describe('H6 what would leave unencrypted', () => {
  it.each(PLAIN)('over $name reaches only a listed host', async ({ work }) => {
    const { guard, opened } = watched()
    expect(await work('hmo.example', 80, guard)).toMatch(/hmo\.example is reached only encrypted/)
    expect(await work(PUBLIC, 80, guard)).toMatch(/is reached only encrypted/)
    expect(opened).toEqual([])
    const listed = watched({}, 'hmo.example:80')
    expect(await work('hmo.example', 80, listed.guard)).toMatch(/ECONNREFUSED/)
    expect(listed.opened).toEqual([PUBLIC])
  })
})

function isUrl(name: string): boolean {
  return name === 'http' || name === 'tokenUrl'
}

function inUrl(host: string): string {
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host
}
