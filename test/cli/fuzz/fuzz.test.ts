import { describe, expect, it } from 'vitest'
import type { BelievedEffect } from '../../../cli/fuzz/effects.ts'
import { readInChild } from '../../../cli/fuzz/fuzz.ts'
import { MUTATIONS, mutated } from '../../../cli/fuzz/mutations.ts'
import { violationOf } from '../../../cli/fuzz/oracle.ts'

const PAID: BelievedEffect = { about: 'K7Q2', amounts: [8000, 10_000], status: 'payment processed', paid: true }
const TEXT = 'CLP*K7Q2*1*100*80*20~'
const X12 = { family: 'x12' as const, remittance: true, text: TEXT } as const
const BYTES = new TextEncoder().encode(`ISA*00~\nGS*HP~\nST*835*0001~\n${TEXT}\nSVC*AD:D1110*100*80.5~\nSE*4*0001~\n`)

describe('mutated documents', () => {
  it('5,000 of them: no crash, no hang, none taken with a changed amount, number or status', {
    timeout: 300_000,
  }, async () => {
    // npm run fuzz reads 50,000.
    const result = await readInChild(5000, 7)
    expect(result.failures).toEqual([])
    expect(result).toMatchObject({ documents: 5000 })
    // Or nothing was tried: originals are read, and some changes don't matter.
    expect(result.subjects).toBeGreaterThan(150)
    expect(result.same).toBeGreaterThan(100)
  })

  it.each(MUTATIONS)('%s changes a document, and the same numbers change it the same way', (mutation) => {
    let step = 0
    const random = () => {
      step += 1
      return (step * 0.37) % 1
    }
    const one = mutated(BYTES, mutation, random)
    step = 0
    expect(mutated(BYTES, mutation, random)).toEqual(one)
    expect(one).not.toEqual(BYTES)
  })
})

describe('the oracle', () => {
  it('lets pass what is taken as the original says, or not at all', () => {
    expect(violationOf([PAID], [PAID], { ...X12, mutation: 'drop-unit' })).toBeNull()
    expect(violationOf([PAID], [], { ...X12, mutation: 'one-cent' })).toBeNull()
  })

  it.each([
    ['a repeated segment that is taken with another amount', 'repeat-unit', { ...PAID, amounts: [8001, 10_000] }],
    ['a cut file whose status is taken', 'truncate', { ...PAID, status: 'payment denied' }],
    ['a cent that is taken', 'one-cent', { ...PAID, amounts: [8001, 10_000] }],
    ['any single change of an amount that is taken', 'flip-byte', { ...PAID, amounts: [9000, 10_000] }],
    ['an amount that stands nowhere', 'swap-numbers', { ...PAID, amounts: [7777, 10_000] }],
    ['a claim that stands nowhere', 'swap-units', { ...PAID, about: 'X000' }],
  ] as const)('catches %s', (_, mutation, taken) => {
    expect(violationOf([PAID], [taken], { ...X12, mutation })).not.toBeNull()
  })

  it('lets a status code that was changed on the way pass where nothing protects it', () => {
    const taken = { ...PAID, status: 'payment denied' }
    expect(violationOf([PAID], [taken], { ...X12, mutation: 'flip-byte' })).toBeNull()
  })
})
