import { execFile } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'

const VERSION = '1.38.0'
const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>claimhub</groupId><artifactId>time-skipping</artifactId><version>1</version>
<dependencies><dependency><groupId>io.temporal</groupId><artifactId>temporal-test-server</artifactId><version>${VERSION}</version></dependency></dependencies>
</project>
`

/** Path of an executable that starts Temporal's time-skipping test server; fetched from Maven Central into the cache once. */
export async function timeSkippingServer(): Promise<string> {
  const folder = path.join(
    process.env['XDG_CACHE_HOME'] ?? path.join(os.homedir(), '.cache'),
    'claimhub',
    `temporal-test-server-${VERSION}`,
  )
  const launcher = path.join(folder, 'temporal-test-server')
  if (existsSync(launcher)) return launcher
  mkdirSync(folder, { recursive: true })
  writeFileSync(path.join(folder, 'pom.xml'), POM)
  try {
    await promisify(execFile)(
      'mvn',
      ['-q', '-B', 'dependency:copy-dependencies', '-DincludeScope=runtime', '-DoutputDirectory=lib'],
      { cwd: folder },
    )
  } catch (error) {
    throw new Error(
      'the time-skipping test server needs Java 17 and Maven: install them (for example `apt-get install openjdk-17-jre-headless maven`)',
      { cause: error },
    )
  }
  // The SDK calls the executable with the port only.
  writeFileSync(
    launcher,
    `#!/bin/sh\nexec java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp "${folder}/lib/*" io.temporal.testserver.TestServer "$@"\n`,
  )
  chmodSync(launcher, 0o755)
  return launcher
}
