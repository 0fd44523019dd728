import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { temporalCli } from '../../platform/temporalCli.ts'
import { timeSkippingServer } from '../../platform/timeSkippingServer.ts'

let folder: string
let servers: Server[]
const said: string[] = []
const say = (words: string) => said.push(words)
/** Nothing listens on port 1. */
const NO_SITE = 'http://127.0.0.1:1'

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'claimhub-cli-'))
  servers = []
  said.length = 0
})
afterEach(async () => {
  for (const server of servers) await new Promise((resolve) => server.close(resolve))
  rmSync(folder, { recursive: true })
})

const cached = () => path.join(folder, 'cache', 'claimhub', 'bin', 'temporal-1.5.1')
const environment = (more: Record<string, string> = {}) => ({
  XDG_CACHE_HOME: path.join(folder, 'cache'),
  PATH: '',
  ...more,
})

function program(file: string, text = '#!/bin/sh\necho hello\n'): string {
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(file, text)
  chmodSync(file, 0o755)
  return file
}

/**
 * Temporal's download site: the description of the newest fitting archive, and the archive itself,
 * whole or cut.
 */
async function site(cut = false): Promise<string> {
  const packed = path.join(folder, 'packed')
  program(path.join(packed, 'temporal'), '#!/bin/sh\necho downloaded\n')
  execFileSync('tar', ['-czf', path.join(folder, 'archive.tar.gz'), '-C', packed, 'temporal'])
  const archive = readFileSync(path.join(folder, 'archive.tar.gz'))
  const server = createServer((request, response) => {
    if (request.url?.startsWith('/archive')) response.end(cut ? archive.subarray(0, 40) : archive)
    else
      response.end(JSON.stringify({ archiveUrl: `http://${request.headers.host}/archive`, fileToExtract: 'temporal' }))
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

describe('the Temporal CLI', () => {
  it('is the one that TEMPORAL_CLI names, then the one on PATH, then the cached one', async () => {
    const named = program(path.join(folder, 'named'))
    const onPath = program(path.join(folder, 'path', 'temporal'))
    program(cached())
    const PATH = `/nowhere${path.delimiter}${path.join(folder, 'path')}`
    expect(await temporalCli(say, environment({ TEMPORAL_CLI: named, PATH }), NO_SITE)).toBe(named)
    expect(await temporalCli(say, environment({ PATH }), NO_SITE)).toBe(onPath)
    expect(await temporalCli(say, environment(), NO_SITE)).toBe(cached())
    expect(said).toEqual([])
  })

  it('refuses a TEMPORAL_CLI that is no program, with the remedy', async () => {
    await expect(temporalCli(say, environment({ TEMPORAL_CLI: '/nope' }), NO_SITE)).rejects.toThrow(
      /TEMPORAL_CLI names \/nope.*correct it/,
    )
  })

  it('is downloaded once when it is nowhere', async () => {
    const PATH = process.env['PATH'] ?? ''
    const address = await site()
    // Our own PATH has tar, and it may have a temporal: only the folders without one count.
    const without = PATH.split(path.delimiter).filter((each) => !existsSync(path.join(each, 'temporal')))
    const env = environment({ PATH: without.join(path.delimiter) })
    expect(await temporalCli(say, env, address)).toBe(cached())
    expect(execFileSync(cached(), { encoding: 'utf8' })).toBe('downloaded\n')
    expect(said.join()).toContain('downloading')
    expect(readdirSync(path.dirname(cached()))).toEqual(['temporal-1.5.1'])
    said.length = 0
    expect(await temporalCli(say, env, NO_SITE)).toBe(cached())
    expect(said).toEqual([])
  })

  it('is built with Go when the download is cut, and tells that it takes long', async () => {
    const gobin = program(
      path.join(folder, 'go', 'go'),
      '#!/bin/sh\n[ "$1" = version ] && exit 0\n/bin/mkdir -p "$GOBIN" && echo built > "$GOBIN/temporal"\n',
    )
    expect(await temporalCli(say, environment({ PATH: path.dirname(gobin) }), await site(true))).toBe(cached())
    expect(readFileSync(cached(), 'utf8')).toBe('built\n')
    expect(said.join()).toMatch(/about 4 minutes/)
    expect(readdirSync(path.dirname(cached()))).toEqual(['temporal-1.5.1'])
  })

  it('says why a build failed', async () => {
    const go = program(
      path.join(folder, 'go', 'go'),
      '#!/bin/sh\n[ "$1" = version ] && exit 0\necho no proxy >&2\nexit 1\n',
    )
    await expect(temporalCli(say, environment({ PATH: path.dirname(go) }), NO_SITE)).rejects.toThrow(
      /failed \(no proxy\)/,
    )
  })

  it('names every way when there is none', async () => {
    await expect(temporalCli(say, environment(), NO_SITE)).rejects.toThrow(
      /PATH.*TEMPORAL_CLI.*TEMPORAL_ADDRESS.*install Go/,
    )
  })
})

describe('the time-skipping test server', () => {
  it('is fetched by Maven where the site cannot be reached, and only once', async () => {
    const mvn = program(
      path.join(folder, 'mvn', 'mvn'),
      '#!/bin/sh\n/bin/cat pom.xml > pom.seen\n/bin/mkdir lib && echo x > lib/server.jar\n',
    )
    const env = environment({ PATH: path.dirname(mvn) })
    const launcher = await timeSkippingServer(env, NO_SITE, say)
    expect(readFileSync(launcher, 'utf8')).toContain('io.temporal.testserver.TestServer')
    expect(existsSync(path.join(path.dirname(launcher), 'lib', 'server.jar'))).toBe(true)
    expect(await timeSkippingServer(environment(), NO_SITE, say)).toBe(launcher)
  })

  it('names Java and Maven when neither is there', async () => {
    await expect(timeSkippingServer(environment(), NO_SITE)).rejects.toThrow(/install them/)
  })
})
