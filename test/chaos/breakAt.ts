import { onTestFinished } from 'vitest'
import { declaredFailpoints } from '../../platform/effects/durableEffect.ts'
import { steerFailpoints } from '../../platform/effects/steering.ts'

/**
 * From now on this process breaks down at the failpoint, as far as a process can without ending:
 * the work there throws `killed`; at the latest the end of the test ends that. Throws for a name
 * that nobody declares.
 */
export function breakAt(failpoint: string): void {
  if (!declaredFailpoints().some(({ name }) => name === failpoint)) throw new Error(`no failpoint is ${failpoint}`)
  onTestFinished(breakNowhere)
  steerFailpoints((passed) => {
    if (passed === failpoint) throw new Error('killed')
  })
}

/** Every failpoint is passed again. */
export function breakNowhere(): void {
  steerFailpoints(() => undefined)
}
