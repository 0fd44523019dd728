import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { declaredFailpoints } from '../../platform/effects/durableEffect.ts'

/**
 * What a process does with the failpoints that it passes. `setting` is one place and a count,
 * `after_send:sftp:3`: SIGKILL at the third passage (without a number: the first); or the absolute
 * path of a folder in which places are armed while the process runs. Throws one sentence for a
 * place that no effect declares.
 */
export function failpointsFrom(setting: string | undefined): (passed: string) => void {
  if (!setting) return () => undefined
  if (path.isAbsolute(setting)) return diesWhereArmed(setting)
  const [, place = setting, count = '1'] = /^(.*?)(?::(\d+))?$/.exec(setting) ?? []
  knownFailpoint(place)
  let left = Number(count)
  return (passed) => {
    if (passed !== place) return
    left -= 1
    if (left === 0) process.kill(process.pid, 'SIGKILL')
  }
}

/** The declared place of this name. Throws one sentence when there is none. */
export function knownFailpoint(name: string) {
  const known = declaredFailpoints().find((each) => each.name === name)
  if (known === undefined)
    throw new Error(
      `there is no failpoint ${name}; there are ${declaredFailpoints()
        .map((each) => each.name)
        .join(', ')}`,
    )
  return known
}

/** A renamed file: of all processes and passages exactly one dies of it. */
function diesWhereArmed(folder: string): (passed: string) => void {
  return (passed) => {
    try {
      renameSync(path.join(folder, 'armed', passed), path.join(folder, 'hit', `${passed} ${process.pid}`))
    } catch {
      return
    }
    process.kill(process.pid, 'SIGKILL')
  }
}

/** The folder in which a run arms its processes' failpoints. */
export interface Armoury {
  /** The next passage of the place ends the process that makes it. */
  arm(failpoint: string): void
  /** Nobody dies there any more. */
  disarm(failpoint: string): void
  /** How many processes have died there since `forget`. */
  hits(failpoint: string): number
  forget(): void
}

/** Makes the folder where it is missing. */
export function armoury(folder: string): Armoury {
  for (const name of ['armed', 'hit']) mkdirSync(path.join(folder, name), { recursive: true })
  const hit = path.join(folder, 'hit')
  return {
    arm: (failpoint) => writeFileSync(path.join(folder, 'armed', knownFailpoint(failpoint).name), ''),
    disarm: (failpoint) => rmSync(path.join(folder, 'armed', failpoint), { force: true }),
    hits: (failpoint) => readdirSync(hit).filter((name) => name.startsWith(`${failpoint} `)).length,
    forget: () => {
      for (const name of readdirSync(hit)) rmSync(path.join(hit, name))
    },
  }
}
