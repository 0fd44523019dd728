import { expect, it } from 'vitest'
import { keyIdOf, seal, secretsKey, unseal } from '../../platform/seal.ts'

const OLD = secretsKey(Buffer.alloc(32, 1))
const NEW = secretsKey(Buffer.alloc(32, 2))
const KEYS = { current: OLD, others: [] }
const ROW = {
  organisationId: '0190a000-0000-7000-8000-000000000001',
  connectionId: '0190a000-0000-7000-8000-000000000002',
}
const SECRETS = { clientSecret: 'swordfish', password: 'käse' }

it('opens what it sealed, and never seals the same way twice', () => {
  const sealed = seal(KEYS, ROW, SECRETS)
  expect(unseal(KEYS, ROW, sealed)).toEqual(SECRETS)
  expect(seal(KEYS, ROW, SECRETS).equals(sealed)).toBe(false)
  expect(sealed.includes('swordfish')).toBe(false)
})

it.each(['organisationId', 'connectionId'] as const)('opens for no other %s', (member) => {
  const sealed = seal(KEYS, ROW, SECRETS)
  const other = { ...ROW, [member]: '0190a000-0000-7000-8000-000000000009' }
  expect(() => unseal(KEYS, other, sealed)).toThrow(/sealed for another connection/)
})

it('opens with every key of the deployment and seals with the current one only', () => {
  const sealed = seal(KEYS, ROW, SECRETS)
  const both = { current: NEW, others: [OLD] }
  expect(unseal(both, ROW, sealed)).toEqual(SECRETS)
  expect([keyIdOf(sealed), keyIdOf(seal(both, ROW, SECRETS))]).toEqual([OLD.id, NEW.id])
  expect(OLD.id).not.toBe(NEW.id)
})

it('H14 refuses a key that is not there, and bytes that somebody changed, without a word of the secret', () => {
  const sealed = seal(KEYS, ROW, SECRETS)
  expect(() => unseal({ current: NEW, others: [] }, ROW, sealed)).toThrow(
    `sealed with the key ${OLD.id}, which is neither CLAIMHUB_SECRETS_KEY`,
  )
  for (const at of [0, 4, 16, sealed.length - 1]) {
    const changed = Buffer.from(sealed)
    changed[at] = (changed[at] ?? 0) ^ 1
    expect(() => unseal(KEYS, ROW, changed)).toThrow(/cannot be opened/)
  }
  expect(() => unseal(KEYS, ROW, Buffer.alloc(3))).toThrow(/cannot be opened/)
  // A shortened tag must not be easier to guess.
  expect(() => unseal(KEYS, ROW, sealed.subarray(0, -4))).toThrow(/cannot be opened/)
})
