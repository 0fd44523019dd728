import type { Check } from '../check.ts'
import type { Subject } from '../subject.ts'
import { type EmailTwin, startEmailTwin } from './emailTwin.ts'

/** A check that has a twin of its own. */
export function scenario(
  name: string,
  rule: string,
  play: (subject: Subject, twin: EmailTwin) => Promise<void>,
): Check {
  return {
    name: `wire-${name}`,
    rule,
    run: async (subject) => {
      const twin = await startEmailTwin(subject)
      try {
        await play(subject, twin)
      } finally {
        await twin.stop()
      }
    },
  }
}
