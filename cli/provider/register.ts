import { allAdapters } from '../../adapters/registry.ts'
import { logOperator } from '../../db/setup/operatorLog.ts'
import { registerProvider } from '../../db/setup/providers.ts'
import { asOperator, print } from '../operator/operator.ts'
import { readProviderFile } from './file.ts'

/**
 * `claimhub provider register FILE.yaml`: makes the HMO known to the whole deployment, or brings
 * its names and people up to date. The operator's: every organisation sees it, and its adapter
 * decides what leaves.
 */
export async function register(path: string, options: { json?: boolean }): Promise<void> {
  const { provider } = readProviderFile(path)
  if (provider === undefined) throw new Error(`${path}: there is no provider in it`)
  const { providerId, adapterId } = provider
  const adapters = allAdapters().map(({ declaration }) => declaration.id)
  if (!adapters.includes(adapterId))
    throw new Error(`${path}: there is no adapter ${adapterId}; there are ${adapters.join(', ')}`)
  const state = await asOperator(({ rows, actor, now }) =>
    rows.above(async (tx) => {
      const done = await registerProvider(tx, provider)
      if (done === 'other-adapter')
        throw new Error(`${path}: ${providerId} is there with another adapter than ${adapterId}, which never changes`)
      if (done !== 'unchanged') {
        const entry = { actor, action: 'provider.register', subject: `provider ${providerId}`, now }
        await logOperator(tx, { ...entry, detail: { adapterId, state: done } })
      }
      return done
    }),
  )
  print(options.json, { providerId, adapterId, state }, `${providerId}: ${state}`)
}
