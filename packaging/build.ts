import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { declarationsOf, reachedFrom, rewritten } from './compiled.ts'
import { knownHoles } from './knownHoles.ts'
import { KIT_EXPORTS, kitManifest, PRODUCT_ASSETS, PRODUCT_ENTRIES, productManifest, ROOT } from './packages.ts'
import { productSbom } from './sbom.ts'

/**
 * `npm run build [-- --out FOLDER] [--no-check]`: compiles file by file and writes two packages,
 * the product into `dist/` and the kit into `kit/dist/` (with `--out`: FOLDER/claimhub and
 * FOLDER/kit). A file belongs to the product when an entry of the product reaches it; the kit is
 * what is left of what its own entries reach, and imports the product by its name. What the product
 * is made of goes along as `sbom.cdx.json`. Without `--no-check` a type error ends it, and a
 * package with a hole that npm's registry knows of.
 */
function build(out: { product: string; kit: string }, checked: boolean): void {
  const scratch = mkdtempSync(path.join(os.tmpdir(), 'claimhub-build-'))
  try {
    compile(scratch, checked)
    const product = reachedFrom(scratch, PRODUCT_ENTRIES)
    const kit = [...reachedFrom(scratch, Object.values(KIT_EXPORTS))].filter((file) => !product.has(file))
    write({ scratch, out: out.product, files: product, manifest: productManifest() }, () => null)
    for (const asset of PRODUCT_ASSETS.flatMap(filesOf))
      cpSync(path.join(ROOT, asset), path.join(out.product, asset), { recursive: true })
    writeFileSync(path.join(out.product, 'sbom.cdx.json'), `${JSON.stringify(productSbom(), null, 2)}\n`)
    write({ scratch, out: out.kit, files: kit, manifest: kitManifest() }, (target) =>
      product.has(target) ? `claimhub/${target}` : null,
    )
    process.stdout.write(
      `claimhub: ${product.size} files in ${out.product}\n@claimhub/kit: ${kit.length} files in ${out.kit}\n`,
    )
  } finally {
    rmSync(scratch, { recursive: true })
  }
}

function compile(outDir: string, checked: boolean): void {
  const tsc = path.join(ROOT, 'node_modules/typescript/bin/tsc')
  const args = ['-p', path.join(ROOT, 'tsconfig.build.json'), '--outDir', outDir]
  execFileSync(process.execPath, [tsc, ...args, ...(checked ? [] : ['--noCheck'])], { stdio: 'inherit' })
}

interface Package {
  scratch: string
  out: string
  files: Iterable<string>
  manifest: object
}

function write({ scratch, out, files, manifest }: Package, elsewhere: (target: string) => string | null): void {
  rmSync(out, { recursive: true, force: true })
  for (const file of files)
    for (const form of [file, declarationsOf(file)]) {
      const target = path.join(out, form)
      mkdirSync(path.dirname(target), { recursive: true })
      writeFileSync(target, rewritten(readFileSync(path.join(scratch, form), 'utf8'), form, elsewhere))
    }
  writeFileSync(path.join(out, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`)
}

/** No package with a hole that the world knows of is shipped. */
async function refuseKnownHoles(): Promise<void> {
  const found = await knownHoles(ROOT)
  if (found.kind === 'holes') throw new Error(`not built, for it would have known holes:\n${found.holes.join('\n')}`)
  if (found.kind === 'not-asked') process.stdout.write(`known holes: not asked for (${found.because})\n`)
}

/** `*` stands for every folder there. */
function filesOf(asset: string): string[] {
  const [before, after] = asset.split('*')
  if (before === undefined || after === undefined) return [asset]
  const folders = readdirSync(path.join(ROOT, before), { withFileTypes: true }).filter((entry) => entry.isDirectory())
  return folders.map(({ name }) => `${before}${name}${after}`)
}

const { values } = parseArgs({ options: { out: { type: 'string' }, 'no-check': { type: 'boolean', default: false } } })
const folders =
  values.out === undefined
    ? { product: path.join(ROOT, 'dist'), kit: path.join(ROOT, 'kit/dist') }
    : { product: path.resolve(values.out, 'claimhub'), kit: path.resolve(values.out, 'kit') }
if (!values['no-check']) await refuseKnownHoles()
build(folders, !values['no-check'])
