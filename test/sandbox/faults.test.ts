import { describe, expect, it } from 'vitest'
import { faultsFrom, makeFaults } from '../../sandbox/faults.ts'

const ask = (faults: ReturnType<typeof makeFaults>, name: string, times: number) =>
  Array.from({ length: times }, () => faults.next(name))

describe('faults', () => {
  it('strike in the same places for the same seed, whatever else is asked', () => {
    const plain = ask(makeFaults(7, { refuse: 0.3 }), 'refuse', 200)
    const mixed = makeFaults(7, { refuse: 0.3, delay: 0.5 })
    const among = Array.from({ length: 200 }, () => {
      mixed.next('delay')
      return mixed.next('refuse')
    })
    expect(among).toEqual(plain)
    expect(ask(makeFaults(8, { refuse: 0.3 }), 'refuse', 200)).not.toEqual(plain)
  })

  it('keep their rate', () => {
    const struck = ask(makeFaults(1, { refuse: 0.25 }), 'refuse', 4_000).filter(Boolean).length
    expect(struck).toBeGreaterThan(900)
    expect(struck).toBeLessThan(1_100)
    expect(ask(makeFaults(1, { refuse: 0 }), 'refuse', 100)).not.toContain(true)
    expect(ask(makeFaults(1, { refuse: 1 }), 'refuse', 100)).not.toContain(false)
    expect(ask(makeFaults(1, {}), 'refuse', 100)).not.toContain(true)
  })

  it('are read from TWIN_FAULTS, or refused', () => {
    expect(faultsFrom(undefined).next('refuse')).toBe(false)
    expect(faultsFrom('{"seed":3,"rates":{"refuse":1}}').next('refuse')).toBe(true)
    for (const bad of [
      'nonsense',
      '1',
      '{}',
      '{"seed":1}',
      '{"seed":1,"rates":{"refuse":2}}',
      '{"seed":1,"rates":{"refuse":"1"}}',
    ]) {
      expect(() => faultsFrom(bad)).toThrow(/TWIN_FAULTS/)
    }
  })
})
