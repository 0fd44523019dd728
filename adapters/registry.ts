import type { ProviderAdapter } from './contract.ts'
import { cordilleraDental } from './providers/cordillera-dental/index.ts'
import { gulfDental } from './providers/gulf-dental/index.ts'
import { harborHealth } from './providers/harbor-health/index.ts'
import { lagunaCare } from './providers/laguna-care/index.ts'
import { summitDental } from './providers/summit-dental/index.ts'
import { visayasHealth } from './providers/visayas-health/index.ts'

/** Every adapter, by its id. A line here and a folder in providers/ is all that a new HMO needs. */
const ADAPTERS: Readonly<Record<string, ProviderAdapter>> = {
  'cordillera-dental': cordilleraDental as ProviderAdapter,
  'gulf-dental': gulfDental as ProviderAdapter,
  'harbor-health': harborHealth as ProviderAdapter,
  'laguna-care': lagunaCare as ProviderAdapter,
  'summit-dental': summitDental as ProviderAdapter,
  'visayas-health': visayasHealth as ProviderAdapter,
}

export function allAdapters(): ProviderAdapter[] {
  return Object.values(ADAPTERS)
}

/** The version of each adapter, by its id. */
export function adapterVersions(): Record<string, number> {
  return Object.fromEntries(allAdapters().map(({ declaration }) => [declaration.id, declaration.version]))
}

/**
 * The adapter of a provider row's `adapter_id`. Throws when the code of this deployment doesn't
 * have it.
 */
export function adapterOf(adapterId: string): ProviderAdapter {
  const adapter = Object.hasOwn(ADAPTERS, adapterId) ? ADAPTERS[adapterId] : undefined
  if (!adapter)
    throw new Error(`this deployment has no adapter ${adapterId}; it has ${Object.keys(ADAPTERS).join(', ')}`)
  return adapter
}
