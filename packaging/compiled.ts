import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'

/**
 * The module after `from`, `import(` or `import`, as the compiler writes them; only relative ones.
 */
const RELATIVE = /(\bfrom\s*|\bimport\s*\(\s*|\bimport\s+)(['"])(\.\.?\/[^'"\n]+)\2/g
/**
 * The compiler writes an import on one line; comments and strings that read like one don't begin
 * it.
 */
const PACKAGE =
  /(?:^(?:import|export)\b[^'"\n]*\bfrom\s*|^import\s+|\bimport\(\s*|\bresolve\(\s*)(['"])([a-z@][^'"\n]*)\1/gm

/** Every compiled file below `root` that the entries load, or whose types they name. */
export function reachedFrom(root: string, entries: readonly string[]): Set<string> {
  const found = new Set<string>()
  const open = [...entries]
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (found.has(file)) continue
    if (!existsSync(path.join(root, file))) throw new Error(`${file} was not compiled, and something loads it`)
    found.add(file)
    for (const form of [file, declarationsOf(file)]) open.push(...importsOf(root, form))
  }
  return found
}

export function declarationsOf(file: string): string {
  return file.replace(/\.js$/, '.d.ts')
}

/** The packages that a compiled file loads; Node's own are left out. */
export function packagesIn(text: string): string[] {
  return [...text.matchAll(PACKAGE)].flatMap(([, , name = '']) => (name.startsWith('node:') ? [] : [packageOf(name)]))
}

/**
 * A compiled file as it stands in its package: `elsewhere` answers the name under which another
 * package has a file, null for a file of its own. Declarations name `.ts` files, which are not
 * shipped.
 */
export function rewritten(text: string, file: string, elsewhere: (target: string) => string | null): string {
  return text.replace(RELATIVE, (_all, before: string, quote: string, specifier: string) => {
    const own = compiledName(specifier)
    return `${before}${quote}${elsewhere(path.join(path.dirname(file), own)) ?? own}${quote}`
  })
}

function importsOf(root: string, file: string): string[] {
  const text = readFileSync(path.join(root, file), 'utf8')
  return [...text.matchAll(RELATIVE)].map(([, , , specifier = '']) =>
    path.join(path.dirname(file), compiledName(specifier)),
  )
}

function compiledName(specifier: string): string {
  return specifier.replace(/\.ts$/, '.js')
}

function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}
