import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { isNpi } from '../../../domain/practice/npi.ts'
import { hasPhoneDigits } from '../../../domain/practice/phone.ts'

describe('the check digit of an NPI (Luhn over 80840, CMS)', () => {
  it('is right in the example of the standard, and in no other last digit', () => {
    const right = [...'0123456789'].filter((digit) => isNpi(`123456789${digit}`))
    expect(right).toEqual(['3'])
    expect(isNpi('1888888884')).toBe(true)
  })

  it('finds one digit that was mistyped, and what is no ten digits', () => {
    for (let place = 0; place < 10; place += 1) {
      const digits = [...'1234567893']
      digits[place] = String((Number(digits[place]) + 1) % 10)
      expect(isNpi(digits.join(''))).toBe(false)
    }
    for (const text of ['', '123456789', '12345678933', '123456789x', ' 1234567893']) expect(isNpi(text)).toBe(false)
  })

  it('is right in every sample and seed of ours', () => {
    const root = join(import.meta.dirname, '../../..')
    const files = ['adapters', 'cli', 'test', 'kit', 'sandbox'].flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
        .filter((each) => each.isFile() && /\.(ts|json|x12)$/.test(each.name) && !/node_modules/.test(each.parentPath))
        .map((each) => join(each.parentPath, each.name)),
    )
    const wrong = files.flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/(?:npi"?: ['"]|[*|]XX[*|])(\d{10})/g)]
        .map((found) => found[1] ?? '')
        .filter((npi) => !isNpi(npi))
        .map((npi) => `${file}: ${npi}`),
    )
    expect(wrong).toEqual([])
  })
})

describe('the digits of a phone number', () => {
  it.each<[string, string | null, boolean]>([
    ['+63 2 555 0100', 'PH', true],
    ['123456', 'PH', false],
    ['+1234567890123456', null, false],
    ['(212) 555-0100', 'US', true],
    ['+1 212 555 0100', 'US', true],
    ['1-212-555-0100', 'CA', true],
    ['212 555 01000', 'US', false],
    ['555-0100', 'US', false],
    ['+44 20 7946 0000', 'US', true],
  ])('%s in %s is taken: %s', (phone, country, taken) => {
    expect(hasPhoneDigits(phone, country)).toBe(taken)
  })
})
