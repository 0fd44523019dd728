import { closeSync, fsyncSync, openSync, readdirSync, readFileSync, statSync, unlinkSync, watch } from 'node:fs'
import path from 'node:path'
import type { Clock } from '../../platform/clock.ts'
import type { SummitBook, SummitClaim, SummitInterchange } from './bookTypes.ts'
import { type InFile, receiveFile } from './intake.ts'

/** Beside the file system's own events, which may be lost when many come at once. */
const LOOK_EVERY_MS = 250

/**
 * Takes every whole file out of /in at once: names with `.part` or a dot in front are still being
 * uploaded, by agreement.
 */
export function startInbox(
  { folder, book, clock }: { folder: string; book: SummitBook; clock: Clock },
  entered: (subject: SummitClaim | SummitInterchange) => void,
  died: (error: Error) => void,
): { stop(): void } {
  function look(): void {
    try {
      const files = readdirSync(folder)
        .filter((name) => !name.startsWith('.') && !/\.(part|tmp)$/.test(name))
        .flatMap((name) => read(path.join(folder, name)))
      // Attachments first: a claim that names one was uploaded after it.
      for (const file of files.filter((each) => !isX12(each))) receive(file)
      for (const file of files.filter(isX12)) receive(file)
    } catch (error) {
      died(error as Error)
    }
  }

  function receive({ name, ...file }: WholeFile): void {
    const taken = receiveFile(book, clock.now(), file)
    unlinkSync(name)
    syncFolder(folder)
    for (const subject of taken) entered(subject)
  }

  const watcher = watch(folder, look)
  const timer = setInterval(look, LOOK_EVERY_MS)
  look()
  return {
    stop() {
      watcher.close()
      clearInterval(timer)
    },
  }
}

type WholeFile = InFile & { name: string }

/** Nothing when somebody has taken it away, or it is a folder. */
function read(name: string): WholeFile[] {
  const stats = statSync(name, { throwIfNoEntry: false })
  if (!stats?.isFile()) return []
  return [{ name, bytes: readFileSync(name), inode: stats.ino, modifiedMs: stats.mtimeMs }]
}

function isX12({ bytes }: WholeFile): boolean {
  return bytes.subarray(0, 3).toString('latin1') === 'ISA'
}

/** Makes the removal durable: after a power failure the file must not be there again. */
function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r')
  fsyncSync(handle)
  closeSync(handle)
}
