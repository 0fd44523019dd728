import { describe, expect, it } from 'vitest'
import { httpEndpoint } from '../../../adapters/transports/http/endpoint.ts'

const endpoint = {
  baseUrl: 'https://hmo.example/fhir',
  tokenUrl: 'https://hmo.example/token',
  requestTimeoutMs: 10_000,
}
const accepts = (change: object) => httpEndpoint.safeParse({ ...endpoint, ...change }).success

describe('an HTTP endpoint', () => {
  it('is encrypted, except on this machine', () => {
    expect(accepts({})).toBe(true)
    expect(accepts({ baseUrl: 'http://127.0.0.1:8080/fhir', tokenUrl: 'http://localhost:8080/token' })).toBe(true)
    expect(accepts({ baseUrl: 'http://hmo.example/fhir' })).toBe(false)
    expect(accepts({ tokenUrl: 'http://hmo.example/token' })).toBe(false)
    expect(accepts({ baseUrl: 'http://127.0.0.1.evil.example/fhir' })).toBe(false)
  })

  it('is an address and nothing else', () => {
    for (const baseUrl of [
      'ftp://hmo.example',
      'file:///etc/passwd',
      'hmo.example',
      '',
      'https://user:pw@hmo.example',
      'https://hmo.example/?a=1',
    ]) {
      expect(accepts({ baseUrl }), baseUrl).toBe(false)
    }
  })

  it('bounds the time, and refuses what it doesn\u2019t know', () => {
    expect(accepts({ requestTimeoutMs: 0 })).toBe(false)
    expect(accepts({ requestTimeoutMs: 3_600_000 })).toBe(false)
    expect(accepts({ caCertificate: 'not a certificate' })).toBe(false)
    expect(accepts({ rejectUnauthorized: false })).toBe(false)
    expect(httpEndpoint.safeParse({}).success).toBe(false)
  })
})
