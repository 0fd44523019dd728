import { execFile } from 'node:child_process'
import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { pyx12Python } from '../../setup/needs.ts'

/**
 * Validates X12 files with pyx12, which shares nothing with us. It knows 999, 277CA and 835; for
 * 276, 277 and 837D there is x12Checker.ts. Judged by pyx12's error lines: it may break while
 * writing its own 999 about a bad file. Throws when it is missing: `npm test` gets it.
 */
export async function validateX12(files: string[]): Promise<{ file: string; errors: string[] }[]> {
  const python = await pythonWithPyx12()
  // pyx12 writes its own 999 beside the file that it reads.
  const folder = await mkdtemp(path.join(tmpdir(), 'pyx12-'))
  try {
    const results: { file: string; errors: string[] }[] = []
    for (const [index, file] of files.entries()) {
      const copy = path.join(folder, `${index}.x12`)
      await copyFile(file, copy)
      results.push({ file, errors: await errorsOf(python, copy) })
    }
    return results
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/**
 * pyx12 4.0.0 cannot acknowledge a transaction without ST03, and an 835 has none: that is no error
 * of the file.
 */
const OWN_999 = /Failed to create 999 response|Cannot create AK2: err_st\.vriic was not set/

async function errorsOf(python: string, file: string): Promise<string[]> {
  const output = await run(python, ['-m', 'pyx12.scripts.x12valid', '--quiet', file])
  const errors = output
    .split('\n')
    .filter((line) => / ERROR /.test(line) || /(?:Error|Exception):/.test(line))
    .filter((line) => !OWN_999.test(line))
  if (errors.length === 0 && !/: (?:OK|Failure)$/m.test(output))
    return [`pyx12 gave no verdict: ${output.trim().slice(0, 500)}`]
  return errors
}

/** All that it prints; its exit code says nothing. */
async function run(command: string, args: string[]): Promise<string> {
  try {
    const { stdout, stderr } = await promisify(execFile)(command, args, { maxBuffer: 50_000_000, timeout: 120_000 })
    return stdout + stderr
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string }
    if (stdout + stderr === '') throw error
    return stdout + stderr
  }
}

async function pythonWithPyx12(): Promise<string> {
  const python = pyx12Python(process.env)
  try {
    await promisify(execFile)(python, ['-c', 'import pyx12'])
    return python
  } catch (cause) {
    throw new Error(`pyx12 is not installed at ${python}: \`npm test\` installs it, or set PYX12_PYTHON`, { cause })
  }
}
