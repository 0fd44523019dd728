import type { Request } from 'express'
import { type RateLimiterAbstract, RateLimiterMemory } from 'rate-limiter-flexible'
import { Problem } from './problems.ts'

/** How often within a minute of real time, in this process. */
export interface RatesPerMinute {
  /** Wrong API keys of one remote address. */
  wrongKeys: number
  /** Refused pushes of one remote address, to whatever connection. */
  refusedPushes: number
  /** Refused pushes to one connection, from whatever addresses. */
  refusedPushesOfConnection: number
  /**
   * Bodies that are read at once for one connection, and for one address, of senders that nothing
   * proves yet. Not by the minute.
   */
  unprovenAtOnce: number
  /**
   * Requests of one API key: far above what a clinic does, below what takes a process from the
   * others.
   */
  requestsOfKey: number
}

export const RATES: RatesPerMinute = {
  wrongKeys: 20,
  refusedPushes: 20,
  refusedPushesOfConnection: 5,
  unprovenAtOnce: 10,
  requestsOfKey: 12_000,
}

const MINUTE_SECONDS = 60
/**
 * Whoever was right within this time is let through while others from the same address (a proxy, an
 * office) fail.
 */
const TRUST_SECONDS = 3_600

export interface RateLimits {
  /**
   * Before a key is looked up. Throws `rate-limited` for an address that guesses, unless it brings
   * a key that was right of late.
   */
  beforeKey(address: string, keyHash: Buffer): Promise<void>
  wrongKey(address: string): Promise<void>
  /** Throws `rate-limited` for a key that asks too often. */
  rightKey(keyId: string, keyHash: Buffer): Promise<void>
  /**
   * Before a push costs anything. Throws `rate-limited`. What it answers is to be called when the
   * push is over.
   */
  beforePush(address: string, connectionId: string): Promise<() => void>
  refusedPush(address: string, connectionId: string): Promise<void>
  takenPush(address: string, connectionId: string): Promise<void>
}

/**
 * Counters in memory: they expire by themselves and protect this process; several processes count
 * apart.
 */
export function rateLimits(rates: RatesPerMinute = RATES): RateLimits {
  const perMinute = (points: number) => new RateLimiterMemory({ points, duration: MINUTE_SECONDS })
  const wrongKeys = perMinute(rates.wrongKeys)
  const requests = perMinute(rates.requestsOfKey)
  const pushesOfAddress = perMinute(rates.refusedPushes)
  const pushesOfConnection = perMinute(rates.refusedPushesOfConnection)
  const trusted = new RateLimiterMemory({ points: 1, duration: TRUST_SECONDS })

  const isTrusted = async (who: string) => (await trusted.get(who)) !== null
  const trust = (who: string) => trusted.set(who, 1, TRUST_SECONDS)
  const reading = atOnce(rates.unprovenAtOnce)
  const keyName = (keyHash: Buffer) => `key ${keyHash.toString('base64')}`
  const pusher = (address: string, connectionId: string) => `push ${connectionId} ${address}`

  return {
    beforeKey: async (address, keyHash) => {
      if (!(await isTrusted(keyName(keyHash)))) await refuseSpent(wrongKeys, address)
    },
    wrongKey: (address) => count(wrongKeys, address),
    rightKey: async (keyId, keyHash) => {
      await trust(keyName(keyHash))
      await count(requests, keyId)
      await refuseAbove(requests, keyId)
    },
    beforePush: async (address, connectionId) => {
      if (await isTrusted(pusher(address, connectionId))) return () => undefined
      await refuseSpent(pushesOfAddress, address)
      await refuseSpent(pushesOfConnection, connectionId)
      return reading([`connection ${connectionId}`, `address ${address}`])
    },
    refusedPush: async (address, connectionId) => {
      await count(pushesOfAddress, address)
      await count(pushesOfConnection, connectionId)
    },
    takenPush: async (address, connectionId) => {
      await trust(pusher(address, connectionId))
    },
  }
}

/**
 * Counts what is under way under each name. Throws `rate-limited` where there are `most` already;
 * answers what takes them off again, once.
 */
function atOnce(most: number): (names: string[]) => () => void {
  const underWay = new Map<string, number>()
  return (names) => {
    if (names.some((name) => (underWay.get(name) ?? 0) >= most)) throw tooMany(1_000)
    for (const name of names) underWay.set(name, (underWay.get(name) ?? 0) + 1)
    let over = false
    return () => {
      if (over) return
      over = true
      for (const name of names) {
        const left = (underWay.get(name) ?? 1) - 1
        if (left === 0) underWay.delete(name)
        else underWay.set(name, left)
      }
    }
  }
}

/** The remote address by which failures are counted; of IPv6 the /64, which is one subscriber's. */
export function addressOf(req: Pick<Request, 'ip'>): string {
  const address = req.ip ?? 'unknown'
  if (!address.includes(':') || /^::ffff:\d+\./i.test(address)) return address.replace(/^::ffff:/i, '')
  const [head = '', tail] = address.split('::')
  const groups = head === '' ? [] : head.split(':')
  const missing = tail === undefined ? [] : Array<string>(8 - groups.length - tail.split(':').length).fill('0')
  return [...groups, ...missing, ...(tail ?? '').split(':')].slice(0, 4).join(':')
}

/** The library rejects when the points are spent: that is asked for apart. */
async function count(limiter: RateLimiterAbstract, who: string): Promise<void> {
  await limiter.penalty(who)
}

async function refuseSpent(limiter: RateLimiterAbstract, who: string): Promise<void> {
  const found = await limiter.get(who)
  if (found !== null && found.consumedPoints >= limiter.points) throw tooMany(found.msBeforeNext)
}

async function refuseAbove(limiter: RateLimiterAbstract, who: string): Promise<void> {
  const found = await limiter.get(who)
  if (found !== null && found.consumedPoints > limiter.points) throw tooMany(found.msBeforeNext)
}

function tooMany(msBeforeNext: number): Problem {
  const seconds = Math.max(1, Math.ceil(msBeforeNext / 1_000))
  return new Problem(
    'rate-limited',
    'too many requests: wait as Retry-After says',
    {},
    { 'retry-after': String(seconds) },
  )
}
