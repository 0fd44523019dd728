import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'

/** A process as it can be found again: numbers are reused, number and birth together are not. */
export interface ProcessMark {
  pid: number
  born: string
}

/** The mark of a running process; null when there is none with this number. */
export function markOf(pid: number): ProcessMark | null {
  const born = birthOf(pid)
  return born === null ? null : { pid, born }
}

export function isAlive(mark: ProcessMark): boolean {
  return birthOf(mark.pid) === mark.born
}

/**
 * Asks a process to end, waits, and ends it with SIGKILL after `graceMs`. A process that took over
 * its number is left alone.
 */
export async function endProcess(
  mark: ProcessMark,
  graceMs: number,
  signal: NodeJS.Signals = 'SIGTERM',
): Promise<void> {
  const until = Date.now() + graceMs
  send(mark, signal)
  while (isAlive(mark) && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 50))
  send(mark, 'SIGKILL')
  while (isAlive(mark)) await new Promise((resolve) => setTimeout(resolve, 50))
}

/** What a process was started with; empty when there is none. */
export function commandOf(pid: number): string {
  try {
    return execFileSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' })
  } catch {
    return ''
  }
}

function send(mark: ProcessMark, signal: NodeJS.Signals): void {
  if (!isAlive(mark)) return
  try {
    process.kill(mark.pid, signal)
  } catch (error) {
    // Gone in the meantime; anything else (it is somebody else's) must be heard.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

function birthOf(pid: number): string | null {
  return existsSync('/proc/self/stat') ? birthInProc(pid) : birthByPs(pid)
}

/**
 * Start time in clock ticks since boot: field 22, counted after the name in brackets, which may
 * hold blanks. A zombie has ended, unless threads of it still run: they keep its files and ports.
 */
function birthInProc(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' && !hasThreads(pid) ? null : (fields[19] ?? null)
  } catch {
    return null
  }
}

function hasThreads(pid: number): boolean {
  return readdirSync(`/proc/${pid}/task`).length > 1
}

function birthByPs(pid: number): string | null {
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || null
  } catch {
    return null
  }
}
