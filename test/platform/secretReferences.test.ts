import { expect, it } from 'vitest'
import { resolveSecrets } from '../../platform/secretReferences.ts'

const ENV = {
  CLAIMHUB_CONNECTION_NORTHWIND: 'found',
  CLAIMHUB_SECRETS_KEY: 'canary',
  CLAIMHUB_DB_PASSWORD: 'canary',
  PATH: 'canary',
}

it('H14 reads a reference under the agreed prefix; all else is the secret itself', () => {
  const stored = { password: 'env:CLAIMHUB_CONNECTION_NORTHWIND', clientId: 'ENV:PATH' }
  expect(resolveSecrets(stored, ENV)).toEqual({ password: 'found', clientId: 'ENV:PATH' })
})

it.each([
  'env:CLAIMHUB_SECRETS_KEY',
  'env:CLAIMHUB_DB_PASSWORD',
  'env:PATH',
  'env:',
  'env:path',
  'env: PATH',
  'env:CLAIMHUB_CONNECTION_',
  'env:CLAIMHUB_CONNECTION_NORTHWIND\nPATH',
  'env:CLAIMHUB_CONNECTION_NOBODY',
])('H14 reads nothing for %j, and says the same as of a variable that is not set', (password) => {
  const read: string[] = []
  const watched = new Proxy(ENV, {
    get: (env, name) => {
      read.push(String(name))
      return Reflect.get(env, name)
    },
  })
  expect(() => resolveSecrets({ password }, watched)).toThrow(
    "the secret password is kept by the deployment's operator, who has to set it",
  )
  expect(read.filter((name) => name !== 'CLAIMHUB_CONNECTION_NOBODY')).toEqual([])
})
