import { readFileSync } from 'node:fs'
import { cacheFolder } from '../../platform/paths.ts'
import { temporalCli } from '../../platform/temporalCli.ts'
import { foundTimeSkippingServer, timeSkippingServer } from '../../platform/timeSkippingServer.ts'
import { chromiumPath } from './chromium.ts'
import { executable, type Machine, mustRun, printed, programIn, SYSTEM_FOLDERS } from './machine.ts'

/** Something that the tests need and `npm ci` doesn't bring. */
export interface Need {
  name: string
  /** What a person does to get it. */
  remedy: string
  /** Debian packages that the machine lacks for it. */
  packages(machine: Machine, busyWith: (words: string) => void): Promise<string[]>
  /**
   * Finds it or gets it, once the packages are there; answers where it is. `busyWith` names what
   * takes long.
   */
  ready(machine: Machine, busyWith: (words: string) => void): Promise<string>
}

const PYX12 = 'pyx12==4.0.0'

/** Python with pyx12: PYX12_PYTHON, else its own environment in the cache folder. */
export function pyx12Python(env: NodeJS.ProcessEnv): string {
  return env['PYX12_PYTHON'] || cacheFolder(env, 'pyx12', 'bin', 'python')
}

const validates = (env: NodeJS.ProcessEnv) => printed(env, pyx12Python(env), ['-c', 'import pyx12'])

export const pyx12: Need = {
  name: 'pyx12',
  remedy: `install Python 3 with its venv module (\`apt-get install python3 python3-venv\`), or name a Python that has ${PYX12} in PYX12_PYTHON`,
  packages: async ({ env }) => {
    if ((await validates(env)) !== null) return []
    if (programIn(env, 'python3') === null) return ['python3', 'python3-venv']
    // Debian's Python has `venv` without what it needs to put pip into an environment.
    return (await printed(env, 'python3', ['-c', 'import ensurepip, venv'])) === null ? ['python3-venv'] : []
  },
  ready: async ({ env }, busyWith) => {
    if ((await validates(env)) !== null) return pyx12Python(env)
    if (env['PYX12_PYTHON']) throw new Error(`PYX12_PYTHON names ${env['PYX12_PYTHON']}, which has no pyx12`)
    busyWith(`installing ${PYX12}`)
    const folder = cacheFolder(env, 'pyx12')
    await mustRun(env, 'python3', ['-m', 'venv', '--clear', folder])
    await mustRun(env, pyx12Python(env), ['-m', 'pip', 'install', '-q', '--disable-pip-version-check', PYX12])
    return pyx12Python(env)
  },
}

/** OpenSSH's server; null when there is none. */
export function sshServer(env: NodeJS.ProcessEnv, systemFolders: string[] = SYSTEM_FOLDERS): string | null {
  return programIn(env, 'sshd', systemFolders)
}

export const openSsh: Need = {
  name: 'OpenSSH server',
  remedy: 'install it (`apt-get install openssh-server`); the tests start one of their own, none needs to run',
  packages: async ({ env, systemFolders }) => (sshServer(env, systemFolders) === null ? ['openssh-server'] : []),
  ready: async ({ env, systemFolders }) => {
    const found = sshServer(env, systemFolders)
    if (found === null) throw new Error('there is no sshd')
    return found
  },
}

export const temporal: Need = {
  name: 'Temporal CLI',
  remedy: 'install Go ≥ 1.24 (https://go.dev/dl)',
  packages: async () => [],
  ready: ({ env, site }, busyWith) => temporalCli(busyWith, env, site),
}

export const timeSkipping: Need = {
  name: 'Temporal test server',
  remedy: 'install Java 17 and Maven (`apt-get install openjdk-17-jre-headless maven`)',
  packages: async ({ env, site }, busyWith) => {
    // Temporal's own download is a program by itself; what Maven brings runs in Java.
    const found = await foundTimeSkippingServer(env, site, busyWith)
    if (found !== null && !isScript(found)) return []
    const java = programIn(env, 'java') === null ? ['openjdk-17-jre-headless'] : []
    return found !== null || programIn(env, 'mvn') !== null ? java : [...java, 'maven']
  },
  ready: ({ env, site }, busyWith) => timeSkippingServer(env, site, busyWith),
}

const isScript = (file: string) => readFileSync(file).subarray(0, 2).toString() === '#!'

export const chromium: Need = {
  name: 'Chromium',
  remedy: 'install it (`apt-get install chromium`), or name one in CHROMIUM_PATH',
  packages: async ({ env }) => (chromiumPath(env) === null && !env['CHROMIUM_PATH'] ? ['chromium'] : []),
  ready: async ({ env }) => {
    const found = chromiumPath(env)
    if (found === null || !executable(found)) throw new Error(`there is no Chromium at ${found ?? 'PATH'}`)
    return found
  },
}
