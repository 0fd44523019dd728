import type { HttpOut, InMessage, OutMessage } from '../../../../adapters/contract.ts'
import { type Check, demand } from '../check.ts'
import { claimWith } from '../claims.ts'
import type { Subject } from '../subject.ts'
import { type HttpTwin, type playing, startHttpTwin } from './httpTwin.ts'

/** A check that has a twin of its own. */
export function scenario(
  name: string,
  rule: string,
  play: (subject: Subject, twin: HttpTwin) => Promise<void>,
  unless?: Check['unless'],
): Check {
  return {
    name: `wire-${name}`,
    rule,
    ...(unless === undefined ? {} : { unless }),
    run: async (subject) => {
      const twin = await startHttpTwin(subject)
      try {
        await play(subject, twin)
      } finally {
        await twin.stop()
      }
    },
  }
}

/** The provider answers so; the sending must be unknown, and must not have been repeated. */
export function unknown(
  name: string,
  rule: string,
  answer: (res: Parameters<ReturnType<typeof playing>>[1]) => void,
): Check {
  return scenario(name, rule, async (on, twin) => {
    twin.behave((_request, res) => answer(res))
    const sent = await twin.send(await claimMessage(on))
    const meaning = sent.kind === 'answered' ? on.adapter.readAnswer(sent.answer, on.context()).kind : sent.kind
    demand(meaning === 'unknown', `it is ${meaning}`)
    demand(twin.requests.length === 1, `it was sent ${twin.requests.length} times`)
  })
}

export async function claimMessage(subject: Subject): Promise<HttpOut> {
  const message = (await subject.write([claimWith(subject)])).at(-1) as OutMessage
  demand(message.transport === 'http', 'the claim does not go over HTTP')
  return message
}

export function accepted(subject: Subject): InMessage {
  const answer = subject.messages('readAnswer', 'accepted')[0]
  demand(answer !== undefined, 'the case accepted has no answer')
  return answer
}
