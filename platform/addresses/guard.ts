import { lookup } from 'node:dns/promises'
import type { Socket } from 'node:net'
import ipaddr from 'ipaddr.js'
import { type Allowed, listsAddress, listsName } from './allowList.ts'
import { type Host, hostFrom, isLocalhost } from './host.ts'
import { kindOf } from './ranges.ts'
import { AddressRefused, NotReached, openSocket, type Patience, withPatience } from './reach.ts'

/**
 * Where somebody wants to connect to, in a tenant's words. `encrypted` false: readable on the way,
 * so only for listed addresses.
 */
export interface Destination {
  host: string
  port: number
  encrypted: boolean
}

/**
 * The one door for connections to addresses that a tenant gives: providers, sign-in servers, mail
 * servers, webhooks.
 */
export interface AddressGuard {
  /**
   * Why the host as it is written may not be connected to; null when it may.
   * Resolves no name.
   */
  refusal(to: Destination): string | null
  /**
   * A connected socket, to one of the addresses that were judged: a name is resolved once, and all
   * its addresses must be allowed. Throws AddressRefused, before anything is contacted, or
   * NotReached.
   */
  connect(to: Destination, patience: Patience): Promise<Socket>
}

export interface GuardOptions {
  /** What the deployment opens beside public addresses; see `allowedFrom`. */
  allowed: readonly Allowed[]
  /** All addresses of a name; the system's resolver unless said otherwise. */
  resolve?: (name: string) => Promise<string[]>
  /** Opens a connection to one of the addresses; the system's unless said otherwise. */
  open?: typeof openSocket
}

/**
 * Fails closed: what is not public is reached only where the deployment's list says so. Source:
 * failure H6.
 */
export function addressGuard({ allowed, resolve = systemResolver, open = openSocket }: GuardOptions): AddressGuard {
  const judge = judgeBy(allowed)
  return {
    refusal: (to) => {
      const host = hostFrom(to.host)
      if (host === null) return `${shown(to.host)} is no host name or address`
      return judge.written(host, to)
    },
    connect: async (to, patience) => {
      const host = hostFrom(to.host)
      if (host === null) throw new AddressRefused(`${shown(to.host)} is no host name or address`)
      const refusal = judge.written(host, to)
      if (refusal !== null) throw new AddressRefused(refusal)
      if (host.kind === 'address') return open([host.address], to.port, patience)
      const begun = Date.now()
      const found = await withPatience(resolve(host.name), patience)
      if (found.length === 0) throw new NotReached('ENOTFOUND')
      for (const address of found) {
        const because = judge.resolved(host.name, address, to)
        if (because !== null) throw new AddressRefused(because)
      }
      const left = Math.max(1, patience.timeoutMs - (Date.now() - begun))
      return open(found, to.port, { ...patience, timeoutMs: left })
    },
  }
}

type Refusal = { kind: 'place'; is: string } | { kind: 'unencrypted' }

function judgeBy(allowed: readonly Allowed[]) {
  const byAddress = (text: string, { port, encrypted }: Destination, isListedName: boolean): Refusal | null => {
    if (!ipaddr.isValid(text)) return { kind: 'place', is: 'no address' }
    const address = ipaddr.parse(text)
    const kind = kindOf(address)
    if (kind.kind === 'never') return { kind: 'place', is: kind.is }
    if (listsAddress(allowed, address, port)) return null
    if (kind.kind === 'inner') return isListedName && kind.isNetwork ? null : { kind: 'place', is: kind.is }
    return encrypted || isListedName ? null : { kind: 'unencrypted' }
  }
  return {
    written(host: Host, to: Destination): string | null {
      if (host.kind === 'address') return sentence(host.address, 'is', byAddress(host.address, to, false))
      if (isLocalhost(host.name))
        return sentence(host.name, 'is', byAddress('127.0.0.1', to, false) ?? byAddress('::1', to, false))
      const open = to.encrypted || listsName(allowed, host.name, to.port)
      return open ? null : sentence(host.name, 'is', { kind: 'unencrypted' })
    },
    resolved(name: string, address: string, to: Destination): string | null {
      return sentence(name, 'leads to', byAddress(address, to, listsName(allowed, name, to.port)))
    },
  }
}

/** The resolved address is left out: it would reveal the deployment's own network. */
function sentence(host: string, verb: 'is' | 'leads to', refusal: Refusal | null): string | null {
  if (refusal === null) return null
  switch (refusal.kind) {
    case 'place':
      return `${host} ${verb} ${refusal.is}; this deployment does not connect to it`
    case 'unencrypted':
      return `${host} is reached only encrypted`
  }
}

/** The host as it was written, short enough to be shown. */
function shown(host: string): string {
  return JSON.stringify(host.slice(0, 100))
}

async function systemResolver(name: string): Promise<string[]> {
  return (await lookup(name, { all: true })).map(({ address }) => address)
}
