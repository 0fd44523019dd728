import type { Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import { allowedFrom } from '../../../platform/addresses/allowList.ts'
import { addressGuard } from '../../../platform/addresses/guard.ts'
import { AddressRefused, NotReached, openSocket } from '../../../platform/addresses/reach.ts'
import { REFUSED_ADDRESSES, REFUSED_HOSTS } from '../../support/refusedHosts.ts'

const PUBLIC = '93.184.216.34'
const OTHER_PUBLIC = '2606:2800:21f:cb07:6820:80da:af6b:8b2c'
const PATIENCE = { timeoutMs: 1_000 }

/** A guard whose names are known and whose connections are only written down. */
function guardWith(options: { allowed?: string; names?: Record<string, string[][]> } = {}) {
  const opened: string[][] = []
  let asked = 0
  const guard = addressGuard({
    allowed: allowedFrom(options.allowed ?? ''),
    resolve: async (name) => {
      const answers = options.names?.[name] ?? []
      asked += 1
      return answers[Math.min(asked, answers.length) - 1] ?? []
    },
    open: async (addresses) => {
      opened.push(addresses)
      return {} as Socket
    },
  })
  const to = (host: string, encrypted = true, port = 443) => ({ host, port, encrypted })
  return {
    opened,
    refusal: (host: string, encrypted?: boolean, port?: number) => guard.refusal(to(host, encrypted, port)),
    connect: (host: string, encrypted?: boolean, port?: number) => guard.connect(to(host, encrypted, port), PATIENCE),
  }
}

describe('the guard of addresses', () => {
  it.each(REFUSED_HOSTS)('H6 refuses %j, written and at connect', async (host) => {
    const { refusal, connect, opened } = guardWith()
    expect(refusal(host)).toMatch(/this deployment does not connect to it|is no host name/)
    await expect(connect(host)).rejects.toThrow(AddressRefused)
    expect(opened).toEqual([])
  })

  it.each(REFUSED_ADDRESSES)(
    'H6 refuses a name that leads to %s, and does not tell where it leads',
    async (address) => {
      const { connect, opened } = guardWith({ names: { 'hmo.example': [[address]] } })
      const failed = await connect('hmo.example').catch((error: unknown) => error)
      expect(failed).toBeInstanceOf(AddressRefused)
      expect(String(failed)).toMatch(/hmo\.example leads to .*this deployment does not connect to it/)
      expect(String(failed)).not.toContain(address)
      expect(opened).toEqual([])
    },
  )

  it('lets public addresses pass, by number and by name', async () => {
    const { connect, refusal, opened } = guardWith({ names: { 'hmo.example': [[PUBLIC, OTHER_PUBLIC]] } })
    for (const host of [PUBLIC, `[${OTHER_PUBLIC}]`, 'HMO.example.', '0x08080808']) {
      expect(refusal(host)).toBeNull()
      await connect(host)
    }
    expect(opened).toEqual([[PUBLIC], [OTHER_PUBLIC], [PUBLIC, OTHER_PUBLIC], ['8.8.8.8']])
  })

  it('H6 judges all addresses of a name: one private among public ones is enough', async () => {
    for (const answer of [
      [PUBLIC, '10.0.0.5'],
      ['::1', PUBLIC],
    ]) {
      const { connect, opened } = guardWith({ names: { 'hmo.example': [answer] } })
      await expect(connect('hmo.example')).rejects.toThrow(AddressRefused)
      expect(opened).toEqual([])
    }
  })

  it('H6 connects to the address that was judged, whatever the name leads to a moment later', async () => {
    const { connect, opened } = guardWith({ names: { 'hmo.example': [[PUBLIC], ['127.0.0.1']] } })
    await connect('hmo.example')
    expect(opened).toEqual([[PUBLIC]])
    await expect(connect('hmo.example')).rejects.toThrow(/leads to an address of this machine itself/)
    expect(opened).toEqual([[PUBLIC]])
  })

  it('says of a name that nobody knows that it was not reached', async () => {
    await expect(guardWith().connect('nowhere.example')).rejects.toThrow(new NotReached('ENOTFOUND'))
  })

  it('asks and contacts nobody once it is called off, and outlives a resolver that fails afterwards', async () => {
    const opened: string[][] = []
    const guard = addressGuard({
      allowed: [],
      resolve: () => Promise.reject(new Error('too late')),
      open: async (addresses) => {
        opened.push(addresses)
        return {} as Socket
      },
    })
    const to = { host: 'hmo.example', port: 443, encrypted: true }
    await expect(guard.connect(to, { ...PATIENCE, signal: AbortSignal.abort() })).rejects.toThrow(
      new NotReached('ABORTED'),
    )
    expect(opened).toEqual([])
    await expect(openSocket(['127.0.0.1'], 1, { ...PATIENCE, signal: AbortSignal.abort() })).rejects.toThrow(
      new NotReached('ABORTED'),
    )
  })

  it('takes plain connections only to what the list names', async () => {
    const { refusal, connect, opened } = guardWith({
      allowed: '127.0.0.1, twin.example:8080',
      names: { 'hmo.example': [[PUBLIC]], 'twin.example': [['10.0.0.5']] },
    })
    expect(refusal(PUBLIC, false)).toBe(`${PUBLIC} is reached only encrypted`)
    expect(refusal('hmo.example', false)).toBe('hmo.example is reached only encrypted')
    await expect(connect('hmo.example', false)).rejects.toThrow(AddressRefused)
    await connect('127.0.0.1', false)
    await connect('twin.example', false, 8080)
    expect(refusal('twin.example', false, 8081)).not.toBeNull()
    expect(opened).toEqual([['127.0.0.1'], ['10.0.0.5']])
  })
})

describe('the list of a deployment', () => {
  it('opens an address, a network and a name, with their port', async () => {
    const { refusal, connect, opened } = guardWith({
      allowed: '127.0.0.1:2222, 10.8.0.0/16,[fd12::1]:993 ,sftp.vpn.example:22',
      names: { 'sftp.vpn.example': [['10.99.0.1'], ['10.99.0.1'], ['169.254.169.254'], ['127.0.0.1']] },
    })
    expect(refusal('127.0.0.1', true, 2222)).toBeNull()
    expect(refusal('127.1', true, 2222)).toBeNull()
    expect(refusal('127.0.0.1', true, 2223)).not.toBeNull()
    expect(refusal('10.8.255.1')).toBeNull()
    expect(refusal('10.9.0.1')).not.toBeNull()
    expect(refusal('fd12::1', true, 993)).toBeNull()
    expect(refusal('::ffff:10.8.0.1')).not.toBeNull()
    await connect('sftp.vpn.example', true, 22)
    await expect(connect('sftp.vpn.example', true, 23)).rejects.toThrow(/a private address/)
    await expect(connect('sftp.vpn.example', true, 22)).rejects.toThrow(/a metadata address/)
    await expect(connect('sftp.vpn.example', true, 22)).rejects.toThrow(/this machine itself/)
    expect(opened).toEqual([['10.99.0.1']])
  })

  it('takes localhost for both its addresses', () => {
    expect(guardWith({ allowed: '127.0.0.1' }).refusal('localhost')).not.toBeNull()
    expect(guardWith({ allowed: '127.0.0.1,::1' }).refusal('localhost')).toBeNull()
  })

  it('opens metadata to nobody, not even inside a listed network', () => {
    const { refusal } = guardWith({ allowed: '100.64.0.0/10,169.254.0.0/16,fd00::/8' })
    for (const host of ['100.100.100.200', '169.254.169.254', 'fd00:ec2::254'])
      expect(refusal(host)).toMatch(/metadata/)
    expect(refusal('100.64.0.7')).toBeNull()
  })

  it.each([
    ['10.8.0.1/16', /must begin with its first address, 10\.8\.0\.0/],
    ['10.8.0.0/33', /is no network\/length/],
    ['10.8/16', /is no network\/length/],
    ['127.1', /must be written 127\.0\.0\.1/],
    ['localhost', /must name the address/],
    ['hmo.example:0', /no port between/],
    ['hmo.example:99999', /no port between/],
    ['https://hmo.example', /is no network\/length/],
    ['a b', /is no host/],
    ['0.0.0.0/0', /nothing may open/],
    ['::/0', /nothing may open/],
    ['169.254.169.254', /a metadata address/],
    ['::ffff:10.0.0.5', /an IPv4 address inside/],
    ['64:ff9b::/96', /an IPv4 address inside/],
    ['224.0.0.1', /a multicast address/],
  ])('refuses %s by a sentence that names it', (entry, why) => {
    expect(() => allowedFrom(`192.168.1.1, ${entry}`)).toThrow(why)
    expect(() => allowedFrom(entry)).toThrow(`holds "${entry}", which`)
  })

  it('may be empty', () => {
    expect(allowedFrom('')).toEqual([])
    expect(allowedFrom(' , ')).toEqual([])
  })
})
