import { createHash } from 'node:crypto'
import { chmodSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker'
import { siblingModule } from './isolate/isolate.ts'
import { cacheFolder } from './paths.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
/** Built ahead by `claimhub bundle` and shipped with the code: a worker only reads here. */
const SHIPPED = path.join(ROOT, 'bundles')

/**
 * The workflow bundle for the code as it is: the shipped one, else the one in the cache folder,
 * else it is built (webpack costs seconds) and kept there if the folder can be written.
 */
export async function workflowBundle(failureConverterPath?: string): Promise<{ code: string }> {
  const name = bundleName(failureConverterPath)
  const cache = cacheFolder(process.env, 'bundles')
  const known = readIfThere(path.join(SHIPPED, name)) ?? readIfThere(path.join(cache, name))
  if (known !== null) return { code: known }
  const code = await build(failureConverterPath)
  try {
    keep(cache, name, code)
  } catch (error) {
    // The next start builds again; a worker needs no place to write.
    if (!isShut(error)) throw error
  }
  return { code }
}

/**
 * Builds the bundle into the folder that is shipped with the code, readable by every user. Answers
 * its file.
 */
export async function shipBundle(failureConverterPath?: string): Promise<string> {
  const file = keep(SHIPPED, bundleName(failureConverterPath), await build(failureConverterPath))
  chmodSync(SHIPPED, 0o755)
  return file
}

async function build(failureConverterPath: string | undefined): Promise<string> {
  const { code } = await bundleWorkflowCode({
    workflowsPath: fileURLToPath(siblingModule('../workflows/index', import.meta.url)),
    logger: new DefaultLogger('WARN'),
    ...(failureConverterPath === undefined ? {} : { failureConverterPath }),
  })
  return code
}

function keep(folder: string, name: string, code: string): string {
  const file = path.join(folder, name)
  mkdirSync(folder, { recursive: true })
  const half = `${file}.${process.pid}`
  writeFileSync(half, code)
  chmodSync(half, 0o644)
  renameSync(half, file)
  return file
}

/** Null for a file that is not there, and for one in a folder that this user may not enter. */
function readIfThere(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (isShut(error) || codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return null
    throw error
  }
}

const isShut = (error: unknown) => ['EACCES', 'EPERM', 'EROFS'].includes(codeOf(error))

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}

/** TypeScript as it is written, JavaScript once it is compiled. */
const isCode = (file: string) => /(?<!\.d)\.ts$|\.js$/.test(file)

/** One name per state of the code that goes in, wherever the checkout lies. */
function bundleName(failureConverterPath: string | undefined): string {
  const variant = failureConverterPath === undefined ? '' : path.relative(ROOT, failureConverterPath)
  const hash = createHash('sha256').update(variant)
  for (const folder of ['workflows', 'domain']) {
    const files = readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    for (const name of files.filter(isCode).sort())
      hash.update(`${folder}/${name}\n`).update(readFileSync(path.join(ROOT, folder, name)))
  }
  if (failureConverterPath !== undefined) hash.update(readFileSync(failureConverterPath))
  return `${hash
    .update(readFileSync(path.join(ROOT, 'package-lock.json')))
    .digest('hex')
    .slice(0, 32)}.js`
}
