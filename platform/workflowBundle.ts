import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker'
import { cacheFolder } from './paths.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

/**
 * The workflow bundle, built once per state of the code that goes into it and kept in the cache folder: webpack costs seconds at every start.
 */
export async function workflowBundle(failureConverterPath?: string): Promise<{ code: string }> {
  const folder = cacheFolder(process.env, 'bundles')
  const file = path.join(folder, `${fingerprint(failureConverterPath ?? '')}.js`)
  if (existsSync(file)) return { code: readFileSync(file, 'utf8') }
  const { code } = await bundleWorkflowCode({
    workflowsPath: path.join(ROOT, 'workflows', 'index.ts'),
    logger: new DefaultLogger('WARN'),
    ...(failureConverterPath === undefined ? {} : { failureConverterPath }),
  })
  mkdirSync(folder, { recursive: true })
  const half = `${file}.${process.pid}`
  writeFileSync(half, code)
  renameSync(half, file)
  return { code }
}

function fingerprint(variant: string): string {
  const hash = createHash('sha256').update(variant)
  for (const folder of ['workflows', 'domain']) {
    const files = readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    for (const name of files.filter((file) => file.endsWith('.ts')).sort())
      hash.update(`${folder}/${name}\n`).update(readFileSync(path.join(ROOT, folder, name)))
  }
  return hash
    .update(readFileSync(path.join(ROOT, 'package-lock.json')))
    .digest('hex')
    .slice(0, 32)
}
