import { closeSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Faults } from '../faults.ts'

/** Shorter than the least time that a careful client waits for a file to stop changing. */
const HALF_WRITTEN_MS = 100

/**
 * Puts files where the clinics collect them: written beside, then renamed, so that nobody sees half
 * of one (unless a fault wants it).
 */
export function makeOutbox(folder: string, faults: Faults) {
  return {
    async put(name: string, text: string): Promise<void> {
      const target = path.join(folder, name)
      if (faults.next('halfFileThenRest')) {
        write(target, text.slice(0, text.length / 2))
        await pause(HALF_WRITTEN_MS)
      }
      write(`${target}.tmp`, text)
      renameSync(`${target}.tmp`, target)
      // The same answer once more, as if it were another.
      if (faults.next('dupAnswer')) {
        write(`${target}.tmp`, text)
        renameSync(`${target}.tmp`, path.join(folder, `AGAIN_${name}`))
      }
    },
  }
}

function write(file: string, text: string): void {
  const handle = openSync(file, 'w')
  writeSync(handle, text, null, 'latin1')
  fsyncSync(handle)
  closeSync(handle)
}
