import ipaddr from 'ipaddr.js'

export type IpAddress = ReturnType<typeof ipaddr.parse>

/**
 * What kind of address it is. `isNetwork`: part of a network with other machines, such as a VPN; a
 * listed name may lead there. `never`: no list of a deployment opens it.
 */
export type AddressKind =
  | { kind: 'public' }
  | { kind: 'inner'; is: string; isNetwork: boolean }
  | { kind: 'never'; is: string }

/**
 * Where clouds answer a machine's questions about itself, with its credentials (AWS, Azure, Google,
 * Oracle, Alibaba).
 */
const METADATA = new Set(
  [
    '169.254.169.254',
    '169.254.170.2',
    '169.254.170.23',
    'fd00:ec2::254',
    'fd00:ec2::23',
    'fd20:ce::254',
    '168.63.129.16',
    '192.0.0.192',
    '100.100.100.200',
  ].map((text) => ipaddr.parse(text).toString()),
)

/**
 * Inside a network of somebody's own; by the library's names for the ranges of IANA's registries.
 */
const INNER: Record<string, string> = {
  loopback: 'an address of this machine itself',
  private: 'a private address',
  uniqueLocal: 'a private address',
  carrierGradeNat: 'an address of a shared inner network',
  linkLocal: 'a link-local address',
}

const NETWORKS = new Set(['private', 'uniqueLocal', 'carrierGradeNat'])

/**
 * No host of its own, or another address in disguise: the range that it hides could not be judged.
 */
const NEVER: Record<string, string> = {
  unspecified: 'the unspecified address',
  broadcast: 'a broadcast address',
  multicast: 'a multicast address',
  ipv4Mapped: 'an IPv4 address inside an IPv6 one',
  rfc6145: 'an IPv4 address inside an IPv6 one',
  rfc6052: 'an IPv4 address inside an IPv6 one',
  '6to4': 'an IPv4 address inside an IPv6 one',
  teredo: 'an IPv4 address inside an IPv6 one',
}

/** Everything that is not known to be public is refused. */
export function kindOf(address: IpAddress): AddressKind {
  if (METADATA.has(address.toString())) return { kind: 'never', is: 'a metadata address' }
  const range: string = address.range()
  if (range === 'unicast' && isGlobal(address)) return { kind: 'public' }
  const is = NEVER[range]
  if (is !== undefined) return { kind: 'never', is }
  return { kind: 'inner', is: INNER[range] ?? 'a reserved address', isNetwork: NETWORKS.has(range) }
}

/**
 * IPv6: only 2000::/3 is given out (RFC 4291, 2.4); the library calls unassigned space unicast too.
 */
function isGlobal(address: IpAddress): boolean {
  return address.kind() === 'ipv4' || address.match([ipaddr.parse('2000::'), 3])
}
