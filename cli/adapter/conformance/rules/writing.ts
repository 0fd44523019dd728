import { isDeepStrictEqual } from 'node:util'
import type { OutMessage } from '../../../../adapters/contract.ts'
import { toFdi } from '../../../../domain/practice/tooth.ts'
import { type Check, demand } from '../check.ts'
import { charged, claimWith, demandWriting, OTHER_NUMBER, tryToWrite } from '../claims.ts'
import { elsewhere } from '../elsewhere.ts'
import { deepFrozen } from '../frozen.ts'
import type { Subject } from '../subject.ts'
import { escaped, isWritten, textsOf, wordsOf } from '../texts.ts'

/** Amounts that floating point would change, and a very large one. */
const CENTS = [110, 115, 201, 1_005_57, 29, 9_007_199_33]

/** What leaves: the exact bytes of a claim. */
export const writingChecks: Check[] = [
  {
    name: 'bytes-are-agreed',
    rule: 'a case holds a claim and the exact bytes that were agreed for it',
    run: ({ folder }) => {
      const sends = folder.cases.flatMap(({ steps }) => steps.filter((step) => step.call === 'send'))
      demand(sends.length > 0, 'no case has a step {"call": "send"}')
    },
  },
  {
    name: 'same-input-same-bytes',
    rule: 'the same claim in the same interchange is the same bytes, whenever and however often it is written',
    run: async (subject) => {
      const first = await subject.write([claimWith(subject)])
      const again = await subject.write([claimWith(subject)])
      demand(isDeepStrictEqual(first, again), 'writing it twice gives two different messages')
    },
  },
  {
    name: 'no-clock-no-chance',
    rule: 'another day and other random numbers change no byte: times and numbers come from the context',
    run: async (subject) => {
      const here = await subject.write([claimWith(subject)])
      const there = await elsewhere(() => subject.write([claimWith(subject)]))
      demand(isDeepStrictEqual(here, there), 'the bytes depend on the clock or on chance')
    },
  },
  {
    name: 'input-not-mutated',
    rule: 'a mapping changes nothing that it is given',
    run: async (subject) => {
      const submission = deepFrozen(claimWith(subject))
      const ctx = subject.context()
      deepFrozen(ctx.settings)
      await subject.write([submission], ctx)
    },
  },
  {
    name: 'number-leaves',
    rule: 'our submission number is in what leaves: by it the answers find their claim',
    run: async (subject) => {
      const words = await wordsOf(await subject.write([claimWith(subject, { submissionNumber: OTHER_NUMBER })]))
      demand(words.includes(OTHER_NUMBER), 'the bytes do not hold the submission number')
      demand(
        !words.includes(subject.folder.claim.submission.submissionNumber),
        'the bytes hold the number of another claim',
      )
    },
  },
  {
    name: 'amounts-add-up',
    rule: 'every charge and their exact total leave, to the last cent',
    run: async (subject) => {
      const { currency } = subject.folder.connection
      const claim = charged(subject, [123_457, 2_011, 5_503])
      const words = await wordsOf(await subject.write([claim]))
      for (const amount of [...claim.lines.map((line) => line.charge), claim.total])
        demand(isWritten(words, amount, currency), `an amount of ${amount} minor units is not in the bytes`)
    },
  },
  {
    name: 'cents-are-exact',
    rule: 'amounts that floating point cannot hold leave as they are',
    run: async (subject) => {
      const { currency } = subject.folder.connection
      for (const charge of CENTS) {
        const words = await wordsOf(await subject.write([charged(subject, [charge])]))
        demand(isWritten(words, charge, currency), `${charge} minor units of ${currency} do not leave as they are`)
      }
    },
  },
  {
    name: 'every-line-leaves',
    rule: 'a claim of as many lines as the declaration allows loses none',
    run: async (subject) => {
      const count = subject.adapter.declaration.limits.linesPerClaim
      const charges = Array.from({ length: count }, (_, index) => 1_000_01 + index * 102)
      const words = await wordsOf(await subject.write([charged(subject, charges)]))
      const lost = charges.filter((charge) => !isWritten(words, charge, subject.folder.connection.currency))
      demand(lost.length === 0, `${lost.length} of ${count} lines are not in the bytes`)
    },
  },
  {
    name: 'codes-leave',
    rule: 'each line leaves with its own procedure code',
    run: async (subject) => {
      const claim = charged(subject, [100_01, 200_02])
      const lines = claim.lines.map((line, index) => ({ ...line, code: index === 0 ? 'D2740' : 'D1351' }))
      const words = await wordsOf(await subject.write([{ ...claim, lines }]))
      for (const { code } of lines)
        demand(words.includes(code) || words.includes(code.slice(1)), `${code} is not in the bytes`)
    },
  },
  {
    name: 'tooth-notation',
    rule: 'teeth are written in the declared notation',
    run: async (subject) => {
      const { toothNotation } = subject.adapter.declaration
      for (const tooth of ['14', '3', '32']) {
        const there = toothNotation === 'fdi' ? (toFdi(tooth) as string) : tooth
        const other = toothNotation === 'fdi' ? '25' : '13'
        const otherTooth = '13'
        const found = await timesTooth(subject, tooth, there)
        demand(found > (await timesTooth(subject, otherTooth, there)), `tooth ${tooth} is not written as ${there}`)
        demand((await timesTooth(subject, otherTooth, other)) > 0, `tooth ${otherTooth} is not written as ${other}`)
      }
    },
  },
  {
    name: 'test-is-marked',
    rule: 'what leaves in test mode cannot be taken for a claim that is to be paid',
    run: async (subject) => {
      const real = await subject.write([claimWith(subject)], subject.context({ mode: 'production' }))
      const test = await subject.write([claimWith(subject)], subject.context({ mode: 'test' }))
      demand(!isDeepStrictEqual(bodies(real), bodies(test)), 'test and production are the same bytes')
    },
  },
  {
    name: 'names-are-unique',
    rule: 'no two messages of a connection share a name, within one interchange and over two',
    unless: ({ adapter }) =>
      adapter.declaration.transport === 'http'
        ? 'HTTP messages have no names; the transport’s key tells them apart'
        : null,
    run: async (subject) => {
      const first = await subject.write([claimWith(subject)], subject.context({ controlNumber: 41 }))
      const second = await subject.write([claimWith(subject)], subject.context({ controlNumber: 42 }))
      const names = [...first, ...second].map(nameOf)
      demand(
        subject.adapter.declaration.transport === 'manual' || new Set(names).size === names.length,
        'a name comes twice over two interchanges',
      )
      demand(new Set(first.map(nameOf)).size === first.length, 'a name comes twice in one interchange')
    },
  },
  {
    name: 'addresses-are-safe',
    rule: 'paths, file names and subjects hold nothing that reaches elsewhere: no `..`, no separators, no line breaks',
    run: async (subject) => {
      for (const message of await subject.write([claimWith(subject)])) {
        const name = nameOf(message)
        demand(!/\p{Cc}/u.test(name), 'a name holds control characters')
        demand(!/(^|[/\\])\.\.([/\\]|$)/.test(name), 'a name goes up')
        if (message.transport === 'http') demand(name.startsWith('/'), `the path ${name} does not begin with /`)
        else if (message.transport !== 'email') demand(/^[\w][\w.-]*$/.test(name), `the file name ${name} is not plain`)
      }
    },
  },
  {
    name: 'batch-carries-all',
    rule: 'an interchange of several claims carries each of them once, in order',
    unless: ({ adapter }) =>
      adapter.declaration.batching.claimsPerInterchange > 1 ? null : 'the provider takes one claim an interchange',
    run: async (subject) => {
      const count = Math.min(3, subject.adapter.declaration.batching.claimsPerInterchange)
      const numbers = ['9ZZZ8YYY7XXX6WW1', '9ZZZ8YYY7XXX6WW2', '9ZZZ8YYY7XXX6WW3'].slice(0, count)
      const words = await wordsOf(
        await subject.write(numbers.map((submissionNumber) => claimWith(subject, { submissionNumber }))),
      )
      const places = numbers.map((number) => words.search(new RegExp(escaped(number))))
      demand(
        places.every((place) => place >= 0),
        'a claim of the batch is not in the bytes',
      )
      demand(
        isDeepStrictEqual(
          places,
          places.toSorted((a, b) => a - b),
        ),
        'the claims are in another order',
      )
    },
  },
  {
    name: 'message-bytes-obeyed',
    rule: 'no message is larger than the provider takes: papers are split off or the claim is refused, by name and before it leaves',
    run: async (subject) => {
      await demandWriting(subject)
      const { limits } = subject.adapter.declaration
      const size = Math.min(limits.messageBytes, 40_000_000)
      const claim = claimWith(subject)
      const [paper] = claim.attachments
      const paperOf = {
        attachmentId: 'att-large',
        kind: 'xray',
        mediaType: 'image/png',
        fileName: 'x.png',
        sha256: '0'.repeat(64),
        size,
      } as const
      const large = { ...claim, attachments: [{ ...paper, ...paperOf }] }
      const ctx = { ...subject.context(), attachment: () => new Uint8Array(size) }
      const written = await subject.write([large], ctx).catch((error: Error) => error)
      if (written instanceof Error) return demand(!/out of memory|call stack/i.test(written.message), written.message)
      for (const { body } of written) {
        const own = body !== null && body.length === size
        demand(
          body === null || own || body.length <= limits.messageBytes,
          `a message of ${body?.length} bytes; the limit is ${limits.messageBytes}`,
        )
      }
    },
  },
  {
    name: 'papers-leave',
    rule: 'the bytes of every attachment are in what leaves',
    unless: ({ folder }) =>
      folder.claim.submission.attachments.length > 0 ? null : 'the claim of the folder has no papers',
    run: async (subject) => {
      const messages = await subject.write([claimWith(subject)])
      const all = Buffer.concat(messages.map(({ body }) => Buffer.from(body ?? [])))
      for (const { attachmentId } of subject.folder.claim.submission.attachments) {
        const bytes = Buffer.from(subject.context().attachment(attachmentId))
        const mime = bytes.toString('base64').replaceAll(/(.{76})/g, '$1\r\n')
        const there = all.includes(bytes) || all.includes(bytes.toString('base64')) || all.includes(mime.slice(0, 200))
        demand(there, 'an attachment is not in what leaves')
      }
    },
  },
  {
    name: 'missing-paper-refused',
    rule: 'a claim whose papers cannot be read does not leave without them',
    unless: ({ folder }) =>
      folder.claim.submission.attachments.length > 0 ? null : 'the claim of the folder has no papers',
    run: async (subject) => {
      await demandWriting(subject)
      const ctx = {
        ...subject.context(),
        attachment: () => {
          throw new Error('gone')
        },
      }
      const left = await subject.write([claimWith(subject)], ctx).then(
        () => true,
        () => false,
      )
      demand(!left, 'it leaves without its papers')
    },
  },
  {
    name: 'something-leaves',
    rule: 'a claim without papers, note and authorisations is written too, and never as nothing',
    run: async (subject) => {
      const { note: _note, ...claim } = claimWith(subject, { attachments: [], authorisations: [] })
      const written = await tryToWrite(subject, claim)
      demand(!(written instanceof Error), written instanceof Error ? `it is refused: ${written.message}` : '')
      demand((await textsOf(written)).length > 0 || written.some(({ body }) => (body?.length ?? 0) > 0), 'no message')
    },
  },
]

async function timesTooth(subject: Subject, tooth: string, label: string): Promise<number> {
  const claim = charged(subject, [7_777])
  const lines = claim.lines.map(({ area: _area, ...line }) => ({
    ...line,
    code: 'D2740',
    serviceDate: '2026-03-06',
    tooth,
  }))
  const words = await wordsOf(await subject.write([{ ...claim, lines, attachments: [] }]))
  return words.split(new RegExp(`(?<![\\w.])${label}(?![\\w.])`)).length - 1
}

function bodies(messages: OutMessage[]): unknown[] {
  return messages.map(({ body, ...head }) => [JSON.stringify(head), Buffer.from(body ?? []).toString('base64')])
}

function nameOf(message: OutMessage): string {
  switch (message.transport) {
    case 'http':
      return message.path
    case 'sftp':
    case 'manual':
      return message.name
    case 'email':
      return `${message.messageId} ${message.subject}`
  }
}
