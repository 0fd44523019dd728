import { expect, it } from 'vitest'
import { seal, unseal } from '../../platform/seal.ts'

const KEY = Buffer.alloc(32, 1)
const SECRETS = { clientSecret: 'swordfish', password: 'käse' }

it('opens what it sealed, and never seals the same way twice', () => {
  const sealed = seal(KEY, SECRETS)
  expect(unseal(KEY, sealed)).toEqual(SECRETS)
  expect(seal(KEY, SECRETS).equals(sealed)).toBe(false)
  expect(sealed.includes('swordfish')).toBe(false)
})

it('refuses another key, and bytes that somebody changed, without a word of the secret', () => {
  const sealed = seal(KEY, SECRETS)
  expect(() => unseal(Buffer.alloc(32, 2), sealed)).toThrow(/not the key they were sealed with/)
  for (const at of [0, 12, sealed.length - 1]) {
    const changed = Buffer.from(sealed)
    changed[at] = (changed[at] ?? 0) ^ 1
    expect(() => unseal(KEY, changed)).toThrow(/CLAIMHUB_SECRETS_KEY/)
  }
  expect(() => unseal(KEY, Buffer.alloc(3))).toThrow(/CLAIMHUB_SECRETS_KEY/)
})
