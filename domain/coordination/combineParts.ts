import type { Minor } from '../amounts.ts'

/** What one HMO's claim says of one service, minor units of one currency. */
export interface ServicePart {
  charge: Minor
  decided: boolean
  paid: Minor
  contractual: Minor
  /** Withheld tax, discount, bank fee: taken from the money itself. */
  withheld: Minor
  writeOff: Minor
  patient: Minor
  denied: Minor
  /** Neither paid nor explained yet. */
  open: Minor
}

/**
 * One service claimed from two HMOs, as one: what the second says is about what the first left.
 * - The second's contractual cut counts only as far as it takes something off what is left then: a
 *   cut that repeats the first's does not cut twice.
 * - The patient owes what both leave: never more than is left, at least what the second says, and
 *   what the first said as far as the second neither paid nor cut it.
 * - A write-off or denial of the second is of what was left, though it may name the whole charge.
 * - While one of them has not decided, nobody knows what both leave: the patient owes nothing yet.
 * Source: coordination of benefits as of X12 837 TR3 1.4.4 (the secondary's OA-23 is what the payer
 * before paid and adjusted).
 */
export function combineParts(first: ServicePart, second: ServicePart): ServicePart {
  const paid = first.paid + second.paid
  const withheld = first.withheld + second.withheld
  const both = { charge: first.charge, paid, withheld }
  const leftByFirst = first.charge - first.paid - first.contractual - first.withheld - first.writeOff
  const rest = Math.max(0, leftByFirst - second.paid - second.withheld)
  if (!first.decided || !second.decided) {
    const cut = Math.min(Math.max(first.contractual, second.contractual), Math.max(0, first.charge - paid - withheld))
    const { writeOff } = first
    const left = Math.max(0, first.charge - paid - withheld - cut - writeOff)
    const denied = Math.min(first.denied, left)
    return { ...both, decided: false, contractual: cut, writeOff, patient: 0, denied, open: left - denied }
  }
  const unpaid = second.patient + second.denied + second.open + second.writeOff
  const cut = Math.min(Math.max(0, rest - unpaid), second.contractual)
  const writeOff = Math.min(second.writeOff, rest - cut)
  const stillFirsts = first.patient - second.paid - second.withheld - cut - writeOff
  const patient = Math.min(rest - cut - writeOff, Math.max(second.patient, stillFirsts, 0))
  const denied = Math.min(rest - cut - writeOff - patient, first.denied + second.denied)
  return {
    ...both,
    decided: true,
    contractual: first.contractual + cut,
    writeOff: first.writeOff + writeOff,
    patient,
    denied,
    open: rest - cut - writeOff - patient - denied,
  }
}
