import { describe, expect, it } from 'vitest'
import { destinations, httpEndpoint } from '../../../adapters/transports/http/endpoint.ts'

const endpoint = {
  baseUrl: 'https://hmo.example/fhir',
  tokenUrl: 'https://hmo.example/token',
  requestTimeoutMs: 10_000,
}
const accepts = (change: object) => httpEndpoint.safeParse({ ...endpoint, ...change }).success

describe('an HTTP endpoint', () => {
  it('names its hosts for the guard of addresses', () => {
    expect(accepts({})).toBe(true)
    const named = { ...endpoint, baseUrl: 'http://[::1]:8080/fhir', tokenUrl: 'https://0x7f000001/token' }
    expect(destinations(httpEndpoint.parse(named))).toEqual([
      { pointer: '/baseUrl', host: '[::1]', port: 8080, encrypted: false },
      { pointer: '/tokenUrl', host: '127.0.0.1', port: 443, encrypted: true },
    ])
  })

  it('is an address and nothing else', () => {
    for (const baseUrl of [
      'ftp://hmo.example',
      'file:///etc/passwd',
      'hmo.example',
      '',
      'https://user:pw@hmo.example',
      'https://@hmo.example',
      'https://hmo.example@127.0.0.1/',
      'https:\\\\user@hmo.example',
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
