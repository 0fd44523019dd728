import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { endProcess, isAlive, markOf, type ProcessMark } from '../../platform/processes.ts'

/** What a part gets to end by itself after its parent was killed, before it is ended. */
const LEFTOVER_GRACE_MS = 20_000

export interface StackLock {
  /** Notes a process that was started on the folder. */
  note(name: string, pid: number): void
  release(): void
}

interface Running {
  supervisor: ProcessMark
  parts: Record<string, ProcessMark>
}

/**
 * Takes a data folder for this process and ends what a killed predecessor left behind on it: only
 * processes that it started itself. Throws one sentence when another claimhub is running on the
 * folder.
 */
export async function takeFolder(folder: string, say: (words: string) => void): Promise<StackLock> {
  const file = path.join(folder, 'running.json')
  const before = read(file)
  if (before && before.supervisor.pid !== process.pid && isAlive(before.supervisor)) {
    throw new Error(
      `another claimhub (process ${before.supervisor.pid}) is running on ${folder}: end it first, or name another folder with --data`,
    )
  }
  const leftovers = Object.entries(before?.parts ?? {}).filter(([, mark]) => isAlive(mark))
  for (const [name, mark] of leftovers) {
    say(`ending ${name} (process ${mark.pid}), left over from a claimhub that was killed`)
    await endProcess(mark, LEFTOVER_GRACE_MS)
  }
  const self = markOf(process.pid)
  if (self === null) throw new Error('this process cannot find itself in the process table: install `ps` (procps)')
  const running: Running = { supervisor: self, parts: {} }
  save(file, running)
  return {
    note(name, pid) {
      const mark = markOf(pid)
      if (mark === null) return
      running.parts[name] = mark
      save(file, running)
    },
    release: () => rmSync(file, { force: true }),
  }
}

function read(file: string): Running | null {
  if (!existsSync(file)) return null
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Running
  } catch {
    // Cut off by a crash of the machine: then nothing that it names runs any more.
    return null
  }
}

function save(file: string, running: Running): void {
  writeFileSync(`${file}.new`, JSON.stringify(running))
  renameSync(`${file}.new`, file)
}
