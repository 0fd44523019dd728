import { readFileSync } from 'node:fs'
import path from 'node:path'

export const ROOT = path.join(import.meta.dirname, '..')

/**
 * What starts a process of the product, or is loaded by its name; all else of the product is
 * reached from here.
 */
export const PRODUCT_ENTRIES = [
  'cli/claimhub.js',
  'workflows/index.js',
  'activities/inbox/decoderEntry.js',
  'api/files/inspectEntry.js',
  'adapters/contract.js',
]

/**
 * What an adapter's own package imports, and the commands that the kit adds. What the product has
 * is not repeated in the kit.
 */
export const KIT_EXPORTS = { '.': 'cli/adapter/kit.js', './commands': 'cli/commands/kit.js' } as const

/** Files that are read, not compiled, and go along with the product. */
export const PRODUCT_ASSETS = [
  'bin/claimhub.js',
  'platform/failureConverter.cjs',
  // The sample accounts of `claimhub render`.
  'adapters/providers/*/fixtures/connection.json',
  // Names the state of the dependencies, for the workflow bundles.
  'package-lock.json',
]

interface Manifest {
  version: string
  [field: string]: unknown
}

const SHARED_FIELDS = ['name', 'version', 'private', 'description', 'license', 'type', 'engines']

/**
 * The product's package.json as it is shipped: nothing of its making. Every module may be imported,
 * for plugins share domain and contract.
 */
export function productManifest(): Manifest {
  return {
    ...fieldsOf('package.json', [...SHARED_FIELDS, 'bin', 'dependencies', 'optionalDependencies']),
    exports: { '.': './adapters/contract.js', './package.json': './package.json', './*': './*' },
  }
}

export function kitManifest(): Manifest {
  const { version } = productManifest()
  return {
    ...fieldsOf('kit/package.json', [...SHARED_FIELDS, 'dependencies']),
    peerDependencies: { claimhub: version },
    exports: Object.fromEntries(Object.entries(KIT_EXPORTS).map(([name, file]) => [name, `./${file}`])),
  }
}

function fieldsOf(file: string, fields: string[]): Manifest {
  const manifest: Manifest = JSON.parse(readFileSync(path.join(ROOT, file), 'utf8'))
  const kept = Object.entries(manifest).filter(([field]) => fields.includes(field))
  return { ...Object.fromEntries(kept), version: manifest.version }
}
