import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, linkSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

const ROOT = path.join(import.meta.dirname, '../..')

/** Both packages, built into `folder`; types are checked elsewhere. */
export function builtPackages(folder: string): { product: string; kit: string } {
  const build = path.join(ROOT, 'packaging/build.ts')
  execFileSync(process.execPath, ['--import', 'tsx', build, '--out', folder, '--no-check'], {
    cwd: ROOT,
    stdio: 'pipe',
  })
  return { product: path.join(folder, 'claimhub'), kit: path.join(folder, 'kit') }
}

/** By the place in the lock file: the product, the kit. */
type Owner = '' | 'kit'

interface Locked {
  dependencies?: Record<string, string>
  optionalDependencies?: Record<string, string>
  peerDependencies?: Record<string, string>
}

/**
 * Makes `node_modules` in `folder` with what our packages need when they run, by the lock file, and
 * nothing else. Real files, for a link would lead a package back to all that the checkout has.
 */
export function installProductionOf(owners: Owner[], folder: string): void {
  for (const at of productionClosure(owners)) sameFiles(path.join(ROOT, at), path.join(folder, at))
}

/**
 * The places (`node_modules/a`, `node_modules/a/node_modules/b`) of the production dependencies
 * that this machine has.
 */
export function productionClosure(owners: Owner[]): string[] {
  const { packages } = JSON.parse(readFileSync(path.join(ROOT, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, Locked>
  }
  const found = new Set<string>()
  const open: string[] = [...owners]
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const { dependencies, optionalDependencies, peerDependencies } = packages[at] ?? {}
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies })) {
      const place = placeOf(name, at, packages)
      if (place === null || found.has(place)) continue
      found.add(place)
      open.push(place)
    }
  }
  return [...found].filter((at) => existsSync(path.join(ROOT, at)))
}

/** As Node looks for it: beside, then further up. */
function placeOf(name: string, from: string, packages: Record<string, Locked>): string | null {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/')))) {
    const place = at === '' || at === 'kit' ? `node_modules/${name}` : `${at}/node_modules/${name}`
    if (place in packages) return place
    if (at === '' || at === 'kit') return null
  }
}

/**
 * The same files under another name where the file system can, else copies. What lies in its own
 * `node_modules` is another package's.
 */
function sameFiles(from: string, to: string): void {
  mkdirSync(to, { recursive: true })
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [path.join(from, entry.name), path.join(to, entry.name)]
    if (entry.name === 'node_modules') continue
    if (entry.isDirectory()) sameFiles(source, target)
    else if (entry.isSymbolicLink()) cpSync(source, target, { verbatimSymlinks: true })
    else linkOrCopy(source, target)
  }
}

function linkOrCopy(source: string, target: string): void {
  try {
    linkSync(source, target)
  } catch {
    cpSync(source, target)
  }
}
