/**
 * What a claim's money must be after a history of acts, written from the rules that people go by
 * and not from the ledger: no entries, no differences, only what stands. An act that was undone is
 * left out of the history, as if nobody had done it.
 */

export type Act =
  /** The provider's decision of one line, as keyed; what is left of the charge is denied. */
  | { kind: 'decide'; line: number; payable: number; contractual: number; patient: number }
  | { kind: 'approve' }
  | { kind: 'deny' }
  | { kind: 'pay'; amount: number }
  /** Keyed from an explanation of benefits; what is left of the charge is denied. */
  | { kind: 'pay-line'; line: number; paid: number; contractual: number }
  /** The provider takes money back that only paid. */
  | { kind: 'take-back'; amount: number }
  | { kind: 'settle'; line: number; action: 'bill_patient' | 'write_off' }
  | { kind: 'refund' | 'credit'; amount: number }

export interface Money {
  charged: number
  open: number
  paid: number
  contractual: number
  patient: number
  denied: number
  writeOff: number
}

interface Line {
  charge: number
  contractual: number
  patient: number
  denied: number
  /** Of what is denied: billed to the patient, written off; and of those, paid after all. */
  billed: number
  writtenOff: number
  billedPaid: number
  writtenOffPaid: number
}

/**
 * Plays a history; null when an act in it could not have been done (nothing is denied, nothing is
 * overpaid).
 */
export function play(charges: number[], acts: Act[]): Money | null {
  const lines = charges.map(
    (charge): Line => ({
      charge,
      contractual: 0,
      patient: 0,
      denied: 0,
      billed: 0,
      writtenOff: 0,
      billedPaid: 0,
      writtenOffPaid: 0,
    }),
  )
  const claim = { lines, paid: 0 }
  return acts.every((act) => does(claim, act)) ? moneyOf(claim) : null
}

type Claim = { lines: Line[]; paid: number }

function does(claim: Claim, act: Act): boolean {
  switch (act.kind) {
    case 'approve':
      for (const line of claim.lines) decided(line, { ...line, denied: 0 })
      return true
    case 'deny':
      for (const line of claim.lines) decided(line, { contractual: 0, patient: 0, denied: line.charge })
      return true
    case 'decide':
      return onLine(claim, act.line, (line) => {
        const denied = line.charge - act.payable - act.contractual - act.patient
        decided(line, { contractual: act.contractual, patient: act.patient, denied })
        return denied >= 0
      })
    case 'pay':
      claim.paid += act.amount
      paidAfterAll(claim)
      return true
    case 'pay-line':
      return onLine(claim, act.line, (line) => {
        const denied = line.charge - act.paid - act.contractual
        decided(line, { contractual: act.contractual, patient: 0, denied })
        claim.paid += act.paid
        paidAfterAll(claim)
        return denied >= 0
      })
    case 'take-back':
      claim.paid -= act.amount
      deniedAgain(claim)
      return claim.paid >= 0
    case 'settle':
      return onLine(claim, act.line, (line) => {
        const left = line.denied - line.billed - line.writtenOff
        if (act.action === 'bill_patient') line.billed += left
        else line.writtenOff += left
        return left > 0
      })
    case 'refund':
    case 'credit':
      if (-moneyOf(claim).open < act.amount) return false
      claim.paid -= act.amount
      return true
  }
}

function onLine({ lines }: Claim, number: number, work: (line: Line) => boolean): boolean {
  const line = lines[number - 1]
  return line !== undefined && work(line)
}

/**
 * Who spoke last is right. What a person made of a denial stands only as far as the denial: what is
 * too much goes, the patient's first, then what was written off, then what was paid after all.
 */
function decided(line: Line, says: { contractual: number; patient: number; denied: number }): void {
  line.contractual = says.contractual
  line.patient = says.patient
  line.denied = says.denied
  let excess = Math.max(0, line.billed + line.writtenOff - line.denied)
  const cut = (most: number) => {
    const part = Math.min(excess, most)
    excess -= part
    return part
  }
  line.billed -= cut(line.billed - line.billedPaid)
  line.writtenOff -= cut(line.writtenOff - line.writtenOffPaid)
  const [billed, writtenOff] = [cut(line.billedPaid), cut(line.writtenOffPaid)]
  line.billed -= billed
  line.billedPaid -= billed
  line.writtenOff -= writtenOff
  line.writtenOffPaid -= writtenOff
}

/** What the provider pays takes the bill to the patient back, then what was written off. */
function paidAfterAll(claim: Claim): void {
  for (const [given, back] of [
    ['billed', 'billedPaid'],
    ['writtenOff', 'writtenOffPaid'],
  ] as const)
    for (const line of claim.lines) {
      const part = Math.min(Math.max(0, -moneyOf(claim).open), line[given] - line[back])
      line[back] += part
    }
}

/** What the provider paid after all and takes back is denied again: a person decides anew. */
function deniedAgain(claim: Claim): void {
  for (const line of claim.lines) {
    let part = Math.min(Math.max(0, moneyOf(claim).open), line.billedPaid + line.writtenOffPaid)
    for (const [given, back] of [
      ['billed', 'billedPaid'],
      ['writtenOff', 'writtenOffPaid'],
    ] as const) {
      const own = Math.min(part, line[back])
      line[given] -= own
      line[back] -= own
      part -= own
    }
  }
}

function moneyOf({ lines, paid }: Claim): Money {
  const of = (part: (line: Line) => number) => lines.reduce((total, line) => total + part(line), 0)
  const charged = of((line) => line.charge)
  const contractual = of((line) => line.contractual)
  const patient = of((line) => line.patient + line.billed - line.billedPaid)
  const writeOff = of((line) => line.writtenOff - line.writtenOffPaid)
  const denied = of((line) => line.denied - line.billed - line.writtenOff)
  // Whatever of the charge nobody has paid or given a reason for.
  const open = charged - paid - contractual - patient - writeOff - denied
  return { charged, open, paid, contractual, patient, denied, writeOff }
}
