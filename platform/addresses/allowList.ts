import ipaddr from 'ipaddr.js'
import { hostFrom, isLocalhost } from './host.ts'
import { type IpAddress, kindOf } from './ranges.ts'

/** One entry of the deployment's list. `port` null: every port. */
export type Allowed =
  | { kind: 'network'; network: [IpAddress, number]; port: number | null }
  | { kind: 'name'; name: string; port: number | null }

/** Whether the address itself is listed. */
export function listsAddress(list: readonly Allowed[], address: IpAddress, port: number): boolean {
  return list.some(
    (entry) =>
      entry.kind === 'network' &&
      isPort(entry, port) &&
      entry.network[0].kind() === address.kind() &&
      address.match(entry.network),
  )
}

/** Whether the name is listed: it may lead to private addresses. */
export function listsName(list: readonly Allowed[], name: string, port: number): boolean {
  return list.some((entry) => entry.kind === 'name' && entry.name === name && isPort(entry, port))
}

function isPort(entry: Allowed, port: number): boolean {
  return entry.port === null || entry.port === port
}

/**
 * Reads `host[:port]` and `network/length` entries, with commas between. An IPv6 address with a
 * port stands in brackets. Throws a sentence that names the entry and what is wrong with it.
 */
export function allowedFrom(text: string): Allowed[] {
  return text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
    .map(entryFrom)
}

function entryFrom(entry: string): Allowed {
  if (entry.includes('/')) return networkFrom(entry)
  const { host: text, port } = withPort(entry)
  const host = hostFrom(text)
  if (host === null) throw wrong(entry, 'is no host, host:port or network/length')
  if (host.kind === 'name') {
    if (isLocalhost(host.name)) throw wrong(entry, 'must name the address instead: 127.0.0.1 or ::1')
    return { kind: 'name', name: host.name, port }
  }
  const address = ipaddr.parse(host.address)
  refuseNever(entry, address)
  if (address.kind() === 'ipv4' && host.address !== text) throw wrong(entry, `must be written ${host.address}`)
  return { kind: 'network', network: [address, address.kind() === 'ipv4' ? 32 : 128], port }
}

function networkFrom(entry: string): Allowed {
  const valid = ipaddr.IPv4.isValidCIDRFourPartDecimal(entry) || (entry.includes(':') && ipaddr.IPv6.isValidCIDR(entry))
  if (!valid) throw wrong(entry, 'is no network/length, such as 10.8.0.0/16')
  const [address, length] = ipaddr.parseCIDR(entry)
  const first =
    address.kind() === 'ipv4' ? ipaddr.IPv4.networkAddressFromCIDR(entry) : ipaddr.IPv6.networkAddressFromCIDR(entry)
  if (first.toString() !== address.toString())
    throw wrong(entry, `must begin with its first address, ${first.toString()}`)
  refuseNever(entry, address)
  return { kind: 'network', network: [address, length], port: null }
}

function refuseNever(entry: string, address: IpAddress): void {
  const kind = kindOf(address)
  if (kind.kind === 'never') throw wrong(entry, `is ${kind.is}, which nothing may open`)
}

function withPort(entry: string): { host: string; port: number | null } {
  const parts = /^(\[[^\]]*\]|[^:]*):(\d{1,5})$/.exec(entry)
  if (parts === null) return { host: entry, port: null }
  const port = Number(parts[2])
  if (port < 1 || port > 65_535) throw wrong(entry, 'has no port between 1 and 65535')
  return { host: parts[1] ?? '', port }
}

function wrong(entry: string, why: string): Error {
  return new Error(`holds "${entry}", which ${why}`)
}
