import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

const TICKS_PER_SECOND = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }).trim())

/**
 * CPU seconds (user and system) that a process has used so far, with all its descendants: Postgres
 * works in children. Linux only.
 */
export function cpuSeconds(pid: number): number {
  const wanted = new Set([pid])
  const stats = readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? statOf(Number(name)) : []))
  for (let grew = true; grew; ) {
    grew = false
    for (const { pid, parent } of stats) {
      if (wanted.has(parent) && !wanted.has(pid)) {
        wanted.add(pid)
        grew = true
      }
    }
  }
  const ticks = stats.reduce((total, { pid, own, waited }) => total + (wanted.has(pid) ? own + waited : 0), 0)
  return ticks / TICKS_PER_SECOND
}

/** CPU seconds of this process alone. */
export function ownCpuSeconds(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}

/** Time of ended children is in their parent's `waited`. */
function statOf(pid: number): { pid: number; parent: number; own: number; waited: number }[] {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number)
    return [
      {
        pid,
        parent: fields[1] ?? 0,
        own: (fields[11] ?? 0) + (fields[12] ?? 0),
        waited: (fields[13] ?? 0) + (fields[14] ?? 0),
      },
    ]
  } catch {
    return []
  }
}
