import { execFileSync } from 'node:child_process'
import { productManifest, ROOT } from './packages.ts'

export interface Component {
  'bom-ref': string
  name: string
  version: string
  /** CycloneDX: an SPDX id, or an expression of several; absent where the package states none. */
  licenses?: { license?: { id?: string; name?: string }; expression?: string }[]
  hashes?: { alg: string; content: string }[]
}

/** A software bill of materials in CycloneDX, as npm writes it from the lock file. */
export interface Sbom {
  metadata: { component: Component }
  components: Component[]
  dependencies: { ref: string; dependsOn: string[] }[]
}

/**
 * What the product is shipped with: its production dependencies and theirs; the kit and what only it
 * needs is left out. (npm's own `--omit=dev` leaves out whatever a development dependency needs too.)
 */
export function productSbom(): Sbom {
  const args = ['sbom', '--package-lock-only', '--sbom-format=cyclonedx']
  const options = { cwd: ROOT, encoding: 'utf8', maxBuffer: 64 * 2 ** 20 } as const
  const all: Sbom = JSON.parse(execFileSync('npm', args, options))
  const { component } = all.metadata
  const root = component['bom-ref']
  const { dependencies, optionalDependencies } = productManifest()
  const own = Object.keys({ ...(dependencies as object), ...(optionalDependencies as object) })
  const needs = new Map(all.dependencies.map((each) => [each.ref, each.dependsOn]))
  const ofRoot = (needs.get(root) ?? []).filter((ref) => own.includes(ref.slice(0, ref.lastIndexOf('@'))))
  needs.set(root, ofRoot)
  const shipped = new Set([root])
  for (const ref of shipped) for (const next of needs.get(ref) ?? []) shipped.add(next)
  return {
    ...all,
    // npm names the folder of the checkout.
    metadata: { ...all.metadata, component: { ...component, name: 'claimhub' } },
    components: all.components.filter((each) => shipped.has(each['bom-ref'])),
    dependencies: [...shipped].map((ref) => ({ ref, dependsOn: needs.get(ref) ?? [] })),
  }
}
