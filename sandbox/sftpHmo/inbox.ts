import { closeSync, fsyncSync, openSync, readdirSync, readFileSync, statSync, unlinkSync, watch } from 'node:fs'
import path from 'node:path'
import type { Clock } from '../../platform/clock.ts'
import type { Book, BookClaim, BookInterchange } from './book.ts'
import { takeFile } from './intake.ts'

/** Beside the file system's own events, which may be lost when many come at once. */
const LOOK_EVERY_MS = 250

/** Takes every whole file out of /in at once: names with `.part` or a dot in front are still being uploaded, by agreement. */
export function startInbox(
  { folder, book, clock }: { folder: string; book: Book; clock: Clock },
  entered: (subject: BookClaim | BookInterchange) => void,
  died: (error: Error) => void,
): { stop(): void } {
  function look(): void {
    try {
      const names = readdirSync(folder).filter((name) => !name.startsWith('.') && !/\.(part|tmp)$/.test(name))
      // Attachments come before the claims that name them.
      for (const name of names.sort(byAge)) take(path.join(folder, name))
    } catch (error) {
      died(error as Error)
    }
  }

  function byAge(a: string, b: string): number {
    return modified(path.join(folder, a)) - modified(path.join(folder, b))
  }

  function take(file: string): void {
    const stats = statSync(file, { throwIfNoEntry: false })
    if (!stats?.isFile()) return
    const taken = takeFile(book, clock.now(), {
      bytes: readFileSync(file),
      inode: stats.ino,
      modifiedMs: stats.mtimeMs,
    })
    unlinkSync(file)
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

function modified(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0
}

/** So that a removed file does not come back with the power. */
function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r')
  fsyncSync(handle)
  closeSync(handle)
}
