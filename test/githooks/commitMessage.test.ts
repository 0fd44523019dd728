import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
let folder: string

const ENV = {
  PATH: process.env['PATH'] ?? '',
  HOME: os.tmpdir(),
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  ...Object.fromEntries(
    ['AUTHOR', 'COMMITTER'].flatMap((who) => [
      [`GIT_${who}_NAME`, 'Ana'],
      [`GIT_${who}_EMAIL`, 'a@b.example'],
    ]),
  ),
}
const run = (command: string, args: string[], env: Record<string, string> = ENV) =>
  spawnSync(command, args, { cwd: folder, env, encoding: 'utf8' })
const git = (...args: string[]) => run('git', args)
const hooksPath = () => git('config', 'core.hooksPath').stdout.trim()
/** As `npm ci` runs it. */
const installHooks = (env?: Record<string, string>) => run('sh', ['-c', PREPARE], env)
const PREPARE: string = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')).scripts.prepare

function newFolder(): void {
  folder = mkdtempSync(path.join(os.tmpdir(), 'claimhub-commit-'))
  cpSync(path.join(ROOT, '.githooks'), path.join(folder, '.githooks'), { recursive: true })
  writeFileSync(path.join(folder, 'package.json'), '{"type":"module"}')
}
const removeFolder = () => rmSync(folder, { recursive: true })

describe('a commit message', () => {
  beforeAll(() => {
    newFolder()
    mkdirSync(path.join(folder, 'db/money'), { recursive: true })
    writeFileSync(path.join(folder, 'db/money/ledger.ts'), '')
    git('init', '-q')
    installHooks()
    git('add', '-A')
  })
  afterAll(removeFolder)
  const commit = (message: string) => git('commit', '-q', '--allow-empty', '-m', message)

  it.each([
    'db: the ledger sums to zero',
    'db/money: the ledger sums to zero\n\nIt did not.',
    'db/money, build: the ledger sums to zero',
    'Merge branch money',
    'Revert "db: the ledger sums to zero"',
  ])('%j is taken', (message) => {
    expect(commit(message)).toMatchObject({ status: 0, stderr: '' })
  })

  it.each([
    ['The ledger sums to zero', /begins with the folder/],
    ['db:the ledger', /begins with the folder/],
    ['feat(db): the ledger', /begins with the folder/],
    ['ledger: sums to zero', /ledger is no folder here: a scope is one of \.githooks, build, db, readme/],
    ['db/payments: sums to zero', /db\/payments is no folder/],
    [`db: ${'x'.repeat(120)}`, /124 characters/],
    ['db: the ledger\nsums to zero', /second line/],
  ])('%j is refused, with an example', (message, because) => {
    const { status, stderr } = commit(message)
    expect(status).toBe(1)
    expect(stderr).toMatch(because)
    expect(stderr).toContain('CONTRIBUTING.md')
  })
})

describe('the hook', () => {
  beforeEach(newFolder)
  afterEach(removeFolder)

  it('is installed by npm ci in a checkout', () => {
    git('init', '-q')
    expect(installHooks()).toMatchObject({ status: 0, stdout: '', stderr: '' })
    expect(hooksPath()).toBe('.githooks')
  })

  it('leaves hooks alone that are set up already, and CI', () => {
    git('init', '-q')
    expect(installHooks({ ...ENV, CI: 'true' })).toMatchObject({ status: 0, stderr: '' })
    expect(hooksPath()).toBe('')
    git('config', 'core.hooksPath', '/mine')
    expect(installHooks()).toMatchObject({ status: 0, stderr: '' })
    expect(hooksPath()).toBe('/mine')
  })

  it('is no matter outside a checkout, without git, and where its files are missing, as in an image', () => {
    expect(installHooks()).toMatchObject({ status: 0, stderr: '' })
    git('init', '-q')
    mkdirSync(path.join(folder, 'bin'))
    symlinkSync(process.execPath, path.join(folder, 'bin/node'))
    expect(run('/bin/sh', ['-c', PREPARE], { PATH: path.join(folder, 'bin') }).status).toBe(0)
    rmSync(path.join(folder, '.githooks'), { recursive: true })
    expect(installHooks()).toMatchObject({ status: 0, stderr: '' })
  })
})
