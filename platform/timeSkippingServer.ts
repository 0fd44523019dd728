import { execFile } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { cacheFolder } from './paths.ts'
import { temporalDownload } from './temporalDownload.ts'

const VERSION = '1.38.0'
const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>claimhub</groupId><artifactId>time-skipping</artifactId><version>1</version>
<dependencies><dependency><groupId>io.temporal</groupId><artifactId>temporal-test-server</artifactId><version>${VERSION}</version></dependency></dependencies>
</project>
`

/**
 * Path of an executable that starts Temporal's time-skipping test server: the cache, the download
 * of Temporal's own site, Maven Central. Throws one sentence with the remedy when none works.
 */
export async function timeSkippingServer(
  env: NodeJS.ProcessEnv = process.env,
  site?: string,
  say: (words: string) => void = () => undefined,
): Promise<string> {
  const ready = await foundTimeSkippingServer(env, site, say)
  if (ready !== null) return ready
  const launcher = launcherIn(env)
  await fromMaven(path.dirname(launcher), launcher, env, say)
  return launcher
}

/**
 * The cached one, else the download of Temporal's own site; null when there is neither. What Maven
 * once brought still needs Java to run.
 */
export async function foundTimeSkippingServer(
  env: NodeJS.ProcessEnv,
  site: string | undefined,
  say: (words: string) => void,
): Promise<string | null> {
  const launcher = launcherIn(env)
  if (existsSync(launcher)) return launcher
  mkdirSync(path.dirname(launcher), { recursive: true })
  const server = { artifact: 'temporal-test-server' as const, version: `v${VERSION}`, target: launcher, site }
  return (await temporalDownload(server, say)) ? launcher : null
}

function launcherIn(env: NodeJS.ProcessEnv): string {
  return path.join(cacheFolder(env, `temporal-test-server-${VERSION}`), 'temporal-test-server')
}

async function fromMaven(folder: string, launcher: string, env: NodeJS.ProcessEnv, say: (words: string) => void) {
  say('fetching the time-skipping test server from Maven Central')
  // Several test processes may come at once: each fetches into a folder of its own, the first one
  // in wins.
  const own = path.join(folder, `maven-${process.pid}`)
  mkdirSync(own, { recursive: true })
  writeFileSync(path.join(own, 'pom.xml'), POM)
  const goals = ['-q', '-B', 'dependency:copy-dependencies', '-DincludeScope=runtime', '-DoutputDirectory=lib']
  try {
    await promisify(execFile)('mvn', goals, { cwd: own, env })
    if (!existsSync(path.join(folder, 'lib'))) renameSync(path.join(own, 'lib'), path.join(folder, 'lib'))
  } catch (error) {
    throw new Error(
      'the time-skipping test server needs Java 17 and Maven: install them (for example `apt-get install openjdk-17-jre-headless maven`)',
      { cause: error },
    )
  } finally {
    rmSync(own, { recursive: true, force: true })
  }
  // The SDK calls the executable with the port only.
  const half = `${launcher}.${process.pid}`
  writeFileSync(
    half,
    `#!/bin/sh\nexec java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp "${folder}/lib/*" io.temporal.testserver.TestServer "$@"\n`,
  )
  chmodSync(half, 0o755)
  renameSync(half, launcher)
}
