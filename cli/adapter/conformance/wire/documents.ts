import { isDeepStrictEqual } from 'node:util'
import type { InMessage } from '../../../../adapters/contract.ts'
import { type Check, demand, some } from '../check.ts'
import { OTHER_NUMBER } from '../claims.ts'
import { changedText, withBody, wrongCount } from '../mutations.ts'
import { codeBearing } from '../rules/codes.ts'
import { afterCase, afterMessage, isSquare } from '../rules/meaning.ts'
import { oneCentOff, read } from '../rules/reading.ts'
import { applyFact, type Standing, sentClaim } from '../standing.ts'
import type { Subject } from '../subject.ts'

/**
 * Brings the provider's documents to us over the real protocol, through the transport's own code;
 * returns them as they arrived.
 */
export interface Post {
  carry(documents: InMessage[]): Promise<InMessage[]>
}

/**
 * Documents that come late, twice, out of order or damaged, over the real protocol: the generic
 * twin sends the folder's cases as an HMO's server would.
 */
export function documentChecks(post: Post): Check[] {
  return [...trueDocuments, ...falseDocuments].map(({ run, ...check }) => ({
    ...check,
    run: (subject) => run(subject, async (standing, documents) => bring(subject, post, standing, documents), post),
  }))
}

interface DocumentScenario extends Omit<Check, 'run'> {
  run(subject: Subject, bring: Bring, post: Post): Promise<void>
}

function scenario(
  name: string,
  rule: string,
  run: DocumentScenario['run'],
  unless?: Check['unless'],
): DocumentScenario {
  return { name: `wire-${name}`, rule, ...(unless === undefined ? {} : { unless }), run }
}

/** True documents, whenever and however often they come. */
const trueDocuments: DocumentScenario[] = [
  scenario('documents', 'documents arrive byte for byte and decide the claim', async (subject, carry, post) => {
    const documents = [...of(subject, 'accepted'), ...paid(subject)]
    const arrived = await post.carry(documents)
    demand(arrived.length === documents.length, `${arrived.length} of ${documents.length} documents arrived`)
    for (const [index, { body }] of arrived.entries())
      demand(
        Buffer.from(body).equals(documents[index]?.body ?? new Uint8Array()),
        `document ${index + 1} arrived with other bytes`,
      )
    const { state } = await carry(fresh(subject), documents)
    demand(state.status === 'APPROVED', `it is ${state.status}`)
  }),
  scenario('late', 'documents that come after every deadline still decide the claim', async (subject, carry) => {
    let late = fresh(subject)
    for (const deadline of ['ack', 'decision', 'payment'] as const)
      late = applyFact(late, { type: 'deadline_passed', deadline, level: 'owner' }, subject.folder.connection.now)
    const { state } = await carry(late, paid(subject))
    demand(state.status === 'APPROVED', `it is ${state.status}`)
  }),
  scenario('duplicate', 'everything sent twice counts once', async (subject, carry) => {
    const documents = [...of(subject, 'accepted'), ...paid(subject)]
    const once = await carry(fresh(subject), documents)
    const twice = await carry(once, documents)
    demand(isDeepStrictEqual(once.balances, twice.balances), 'the second time moves money')
    demand(once.state.status === twice.state.status, `${once.state.status}, then ${twice.state.status}`)
  }),
  scenario(
    'out-of-order',
    'the payment before the acknowledgement ends as the right order does',
    async (subject, carry) => {
      const inOrder = await carry(fresh(subject), [...of(subject, 'accepted'), ...paid(subject)])
      const reversed = await carry(fresh(subject), [...paid(subject), ...of(subject, 'accepted')])
      demand(
        inOrder.state.status === reversed.state.status,
        `${reversed.state.status} instead of ${inOrder.state.status}`,
      )
      demand(isDeepStrictEqual(inOrder.balances, reversed.balances), 'the order changes the money')
    },
  ),
]

/** Documents that contradict each other, or that nobody may believe. */
const falseDocuments: DocumentScenario[] = [
  scenario(
    'acks-disagree',
    'a rejection and then an acceptance leave the claim rejected, and the contradiction is seen',
    async (subject, carry) => {
      const rejected = await afterCase(subject, 'refused', await carry(fresh(subject), of(subject, 'refused')))
      demand(rejected.state.status === 'REJECTED', `the rejection leaves it ${rejected.state.status}`)
      const after = await carry({ ...rejected, effects: [] }, of(subject, 'accepted'))
      demand(after.state.status === 'REJECTED', `it is ${after.state.status}`)
      const contradicted = of(subject, 'accepted').length === 0 || after.effects.some((effect) => effect !== 'applied')
      demand(contradicted, 'nobody sees the contradiction')
    },
  ),
  scenario(
    'unknown-code',
    'a document whose state rests on a code that nobody knows leaves the claim where it is',
    async (subject, carry) => {
      const telling: InMessage[] = []
      for (const { before, changed } of await codeBearing(subject)) {
        const known = await afterMessage(subject, fresh(subject), before)
        const unknown = await afterMessage(subject, fresh(subject), changed)
        if (known.state.status !== 'SUBMITTED' && unknown.state.status === 'SUBMITTED') telling.push(changed)
      }
      demand(telling.length > 0, 'no state of the cases rests on a code')
      untouched(subject, await carry(fresh(subject), telling.slice(0, 3)))
    },
  ),
  scenario(
    'half-file',
    'half a document moves nothing, and the whole one that follows counts',
    async (subject, carry) => {
      const documents = paid(subject)
      const halves = documents.map((each) => withBody(each, each.body.slice(0, Math.floor(each.body.length * 0.6))))
      const half = await carry(fresh(subject), [...of(subject, 'half-file'), ...halves])
      untouched(subject, half)
      const whole = await carry(half, documents)
      demand(whole.state.status === 'APPROVED', `the whole one leaves it ${whole.state.status}`)
    },
  ),
  scenario(
    'wrong-count',
    'a document that counts itself wrong is not believed',
    async (subject, carry) => {
      const miscounted = counting(subject).flatMap((each) => wrongCount(each) ?? [])
      untouched(subject, await carry(fresh(subject), miscounted))
    },
    (subject) =>
      counting(subject).some((each) => wrongCount(each) !== null) ? null : 'the format counts nothing in its documents',
  ),
  scenario('wrong-reference', 'documents with another claim’s number are not ours', async (subject, carry) => {
    const { submissionNumber } = subject.folder.claim.submission
    const others = [...of(subject, 'accepted'), ...paid(subject)].flatMap((each) =>
      Buffer.from(each.body).includes(submissionNumber)
        ? changedText(each, (text) => text.replaceAll(submissionNumber, OTHER_NUMBER))
        : [],
    )
    untouched(subject, await carry(fresh(subject), others))
  }),
  scenario(
    'html',
    'a page of HTML in the place of a document moves nothing and goes to a person',
    async (subject, carry) => {
      const pages = paid(subject).map((each) =>
        withBody(each, '<!DOCTYPE html><html><body>Service unavailable</body></html>'),
      )
      untouched(subject, await carry(fresh(subject), pages))
      for (const page of pages) demand((await read(subject, page)).length > 0, 'nobody hears of it')
    },
  ),
  scenario(
    'one-cent-more',
    'a payment that does not add up never closes the claim: it is put aside, or the cent stays open',
    async (subject, carry) => {
      for (const documents of some(await oneCentOff(subject), 'no amount of the payment stands in the documents').slice(
        0,
        3,
      ))
        demand(!isSquare(await carry(fresh(subject), documents)), 'the claim is closed as if nothing were wrong')
    },
  ),
]

function counting(subject: Subject): InMessage[] {
  return [...of(subject, 'accepted'), ...paid(subject)]
}

type Bring = (standing: Standing, documents: InMessage[]) => Promise<Standing>

async function bring(subject: Subject, post: Post, standing: Standing, documents: InMessage[]): Promise<Standing> {
  let now = standing
  if (documents.length === 0) return now
  for (const message of await post.carry(documents)) now = await afterMessage(subject, now, message)
  return now
}

function of(subject: Subject, caseName: string): InMessage[] {
  // Replies to an inquiry come with the inquiry, not by themselves.
  return subject.messages('decode', caseName).filter((each) => each.transport !== 'http' || each.about === undefined)
}

function paid(subject: Subject): InMessage[] {
  return some(of(subject, 'paid'), 'the case paid has no document')
}

/** The claim as sent, before any document of the provider. */
export function fresh({ folder }: Subject): Standing {
  return sentClaim(folder.claim.submission, folder.connection.now)
}

/** Neither the status nor a cent has moved. */
export function untouched(subject: Subject, { state, balances }: Standing): void {
  demand(state.status === 'SUBMITTED', `the claim is ${state.status}`)
  demand(isDeepStrictEqual(balances, fresh(subject).balances), 'money moved')
}
