import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { aptGet, type Machine } from './machine.ts'
import { chromium, openSsh, pyx12, temporal, timeSkipping } from './needs.ts'
import { prepare } from './prepare.ts'

/** Nothing listens on port 1. */
const NO_SITE = 'http://127.0.0.1:1'

let folder: string
const said: string[] = []
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'claimhub-setup-'))
  mkdirSync(path.join(folder, 'bin'))
  said.length = 0
  // What the played programs are written in.
  for (const tool of ['sh', 'mkdir', 'cp', 'chmod', 'cat']) symlinkSync(`/bin/${tool}`, path.join(folder, 'bin', tool))
})
afterEach(() => rmSync(folder, { recursive: true }))

/** A new machine, on which only the played programs are. */
function machine(change: Partial<Machine> = {}): Machine {
  const env = { PATH: path.join(folder, 'bin'), XDG_CACHE_HOME: path.join(folder, 'cache') }
  return {
    env,
    say: (words) => said.push(words),
    install: null,
    startsServices: false,
    systemFolders: [],
    site: NO_SITE,
    ...change,
  }
}
const withApt = () => machine({ install: aptGet(machine().env) })

/** A program that notes its call, then does this. */
function program(name: string, script: string, where = path.join(folder, 'bin')): void {
  writeFileSync(path.join(where, name), `#!/bin/sh\necho ${name} "$@" >> ${folder}/calls\n${script}\n`)
  chmodSync(path.join(where, name), 0o755)
}
const calls = () => readFileSync(path.join(folder, 'calls'), 'utf8').trimEnd().split('\n')

/**
 * Python without the part of its venv module that Debian packs apart; what it makes can install
 * pyx12 and then import it.
 */
function pythonOf(made: string): void {
  program(
    'python3',
    `case "$2" in *ensurepip*) [ -e ${folder}/venv ] || exit 1;; venv) mkdir -p ${made}/bin; cp ${folder}/made ${made}/bin/python;; esac`,
  )
  writeFileSync(
    path.join(folder, 'made'),
    `#!/bin/sh\necho made "$@" >> ${folder}/calls\ncase "$*" in *pip*) echo > ${folder}/pyx12;; *) [ -e ${folder}/pyx12 ];; esac\n`,
  )
  chmodSync(path.join(folder, 'made'), 0o755)
}

it('names all that is missing in one error, each with its command, and runs nothing', async () => {
  const wanted = prepare([pyx12, openSsh, timeSkipping, temporal, chromium], machine())
  await expect(wanted).rejects.toThrow(
    /lacks:\n {2}pyx12: missing python3, python3-venv\. .*apt-get install python3 python3-venv.*\n {2}OpenSSH server: missing openssh-server\. .*apt-get install openssh-server.*\n {2}Temporal test server: missing openjdk-17-jre-headless, maven\. .*\n {2}Temporal CLI: .*Go ≥ 1\.24.*\n {2}Chromium: missing chromium\. .*CHROMIUM_PATH\nNo test was run\.$/,
  )
})

it('gets pyx12 with the part of Python that Debian leaves out, once, and says so', async () => {
  pythonOf(path.join(folder, 'cache', 'claimhub', 'pyx12'))
  program('apt-get', `case "$*" in *install*) echo > ${folder}/venv;; esac`)
  await prepare([pyx12], withApt())
  expect(calls().filter((call) => call.startsWith('apt-get'))).toEqual([
    'apt-get update -qq',
    'apt-get install -y -qq --no-install-recommends python3-venv',
  ])
  expect(calls().some((call) => /^made -m pip install .*pyx12==4\.0\.0$/.test(call))).toBe(true)
  expect(said.slice(0, 2)).toEqual(['installing python3-venv with apt-get …', 'installing pyx12==4.0.0 …'])
  expect(said.at(-1)).toBe(`✓ pyx12: ${folder}/cache/claimhub/pyx12/bin/python`)

  said.length = 0
  const before = calls().length
  await prepare([pyx12], withApt())
  expect(said).toEqual([`✓ pyx12: ${folder}/cache/claimhub/pyx12/bin/python`])
  // It was asked whether it has pyx12, and nothing else was run.
  expect(
    calls()
      .slice(before)
      .filter((call) => !call.startsWith('made -c import pyx12')),
  ).toEqual([])
})

it('fetches the lists of packages once, whatever is installed', async () => {
  program('apt-get', `case "$*" in *chromium*) cp ${folder}/bin/sh ${folder}/bin/chromium;; esac`)
  await expect(prepare([chromium, pyx12], withApt())).rejects.toThrow(/pyx12/)
  expect(calls().filter((call) => call === 'apt-get update -qq')).toHaveLength(1)
  expect(said).toContain(`✓ Chromium: ${folder}/bin/chromium`)
})

it('says what apt-get said', async () => {
  program('apt-get', 'echo "E: no such package" >&2; exit 100')
  await expect(prepare([chromium], withApt())).rejects.toThrow(
    /Chromium: `apt-get update -qq` failed \(E: no such package\)/,
  )
})

it('installs no server where installing would start it', async () => {
  program('apt-get', `cp ${folder}/bin/sh ${folder}/bin/sshd`)
  const wanted = prepare([openSsh], { ...withApt(), startsServices: true })
  await expect(wanted).rejects.toThrow(/OpenSSH server: missing openssh-server/)
  await prepare([openSsh], withApt())
  expect(said.at(-1)).toBe(`✓ OpenSSH server: ${folder}/bin/sshd`)
})

it('takes the Python and the browser that are named, and says when they are not what they should be', async () => {
  program('mine', '[ "$1" = -c ]')
  const mine = path.join(folder, 'bin', 'mine')
  const env = { ...machine().env, PYX12_PYTHON: mine, CHROMIUM_PATH: mine }
  await prepare([pyx12, chromium], machine({ env }))
  expect(said.toSorted()).toEqual([`✓ Chromium: ${mine}`, `✓ pyx12: ${mine}`])
  const wrong = prepare([chromium], machine({ env: { ...env, CHROMIUM_PATH: '/nope' } }))
  await expect(wrong).rejects.toThrow(/no Chromium at \/nope/)
})
