import { isDeepStrictEqual } from 'node:util'
import type { InMessage, Notice } from '../../../../adapters/contract.ts'
import { type Check, demand, some } from '../check.ts'
import { withBody } from '../mutations.ts'
import type { Subject } from '../subject.ts'

/**
 * Processor time for one document, in ms: a busy machine slows the clock on the wall, not this one.
 */
const LONGEST_MS = 1_000
const DEEP = 100_000
const HUGE_BYTES = 30_000_000

/**
 * Bytes that no provider should send: refused with a reason, quickly, and never decoded into a
 * claim's state.
 */
export const hostileChecks: Check[] = [
  hostile('empty', 'an empty document is unreadable', () => ['']),
  hostile('blank', 'a document of blanks and line ends is unreadable', () => ['   \r\n\r\n\t']),
  hostile('html-page', 'a login page says nothing of a claim', () => [
    '<!DOCTYPE html><html><body>Please <b>sign in</b></body></html>',
  ]),
  hostile('doctype', 'a document with a DOCTYPE, entities and files of our machine is refused', () => [
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;">]><x>&c;</x>',
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><x>&f;</x>',
    '<?xml version="1.0"?><x xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="file:///etc/passwd" parse="text"/></x>',
  ]),
  hostile('deep-nesting', 'a document nested a hundred thousand deep is refused', () => [
    '['.repeat(DEEP),
    `${'{"a":'.repeat(DEEP)}1${'}'.repeat(DEEP)}`,
    `${'<a>'.repeat(DEEP)}${'</a>'.repeat(DEEP)}`,
    `ISA*${'>'.repeat(DEEP)}~`,
  ]),
  hostile('prototype', 'names such as __proto__ are names: nothing of the program changes', () => [
    '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}',
    '__proto__,constructor,polluted\n1,2,3\n',
    '<__proto__><polluted>true</polluted></__proto__>',
  ]),
  hostile('nul-bytes', 'a document of NUL bytes is unreadable', () => [new Uint8Array(10_000)]),
  hostile('random-bytes', 'random bytes are unreadable', () =>
    [1, 2, 3, 4, 5, 6, 7, 8].map((seed) => noise(seed, 4_000)),
  ),
  hostile('huge', 'thirty million bytes of nothing are refused before they cost time', () => [
    new Uint8Array(HUGE_BYTES).fill(0x20),
    new Uint8Array(HUGE_BYTES).fill(0x41),
  ]),
  {
    name: 'hostile-wrong-charset',
    rule: 'a document in another charset than agreed is unreadable or read to the same, never to something else',
    run: async (subject) => {
      for (const message of documents(subject)) {
        const text = new TextDecoder().decode(message.body)
        const whole = await facts(subject, message)
        for (const encoding of ['utf16le', 'latin1'] as const) {
          const bytes = new Uint8Array(Buffer.from(`${text}`, encoding))
          await saysNoMore(subject, withBody(message, bytes), whole, `in ${encoding}`)
        }
      }
    },
  },
  {
    name: 'hostile-cut',
    rule: 'a document cut anywhere says nothing that the whole does not say, and no money of a part is posted',
    run: async (subject) => {
      for (const message of documents(subject)) {
        const whole = await facts(subject, message)
        for (const at of cuts(message.body.length))
          await saysNoMore(subject, withBody(message, message.body.slice(0, at)), whole, `cut at byte ${at}`)
      }
    },
  },
  {
    name: 'hostile-cut-answer',
    rule: 'an answer cut anywhere is unknown: neither taken nor refused',
    unless: (subject) =>
      subject.messages('readAnswer').length > 0 ? null : 'this transport gives no immediate answers',
    run: async (subject) => {
      for (const message of subject.messages('readAnswer')) {
        for (const at of cuts(message.body.length - 1)) {
          const answer = subject.adapter.readAnswer(withBody(message, message.body.slice(0, at)), subject.context())
          demand(answer.kind === 'unknown', `cut at byte ${at} it is ${answer.kind}`)
        }
      }
    },
  },
  {
    name: 'hostile-nul-inside',
    rule: 'a NUL inside a document never gets into what is read from it',
    run: async (subject) => {
      for (const message of documents(subject)) {
        for (const at of cuts(message.body.length)) {
          const body = Buffer.concat([message.body.slice(0, at), new Uint8Array([0]), message.body.slice(at)])
          const notices = await decoded(subject, withBody(message, new Uint8Array(body)))
          demand(!JSON.stringify(notices).includes('\\u0000'), `a NUL at byte ${at} is in the notice`)
        }
      }
    },
  },
]

function hostile(name: string, rule: string, bodies: () => (string | Uint8Array)[]): Check {
  return {
    name: `hostile-${name}`,
    rule,
    run: async (subject) => {
      for (const body of bodies()) {
        for (const template of templates(subject)) {
          const message = withBody(template, body)
          for (const notice of await decoded(subject, message))
            demand(isHarmless(notice), `it is read as ${notice.kind === 'claim' ? notice.fact.type : notice.kind}`)
          const answer = timed(() => subject.adapter.readAnswer(message, subject.context()))
          demand(answer.kind === 'unknown', `as an answer it is ${answer.kind}`)
        }
      }
      demand(!('polluted' in {}), 'it changed every object of the program')
    },
  }
}

/** One message of each kind that the cases read, to put other bytes into. */
function templates(subject: Subject): InMessage[] {
  const [document] = subject.messages('decode')
  const [answer] = subject.messages('readAnswer')
  return some(
    [document, answer].filter((message) => message !== undefined),
    'the cases hold no document',
  )
}

function documents(subject: Subject): InMessage[] {
  const names = ['accepted', 'paid', 'denied', 'two-claims-one-message']
  return some(
    names.flatMap((name) => subject.messages('decode', name)),
    'the cases hold no document',
  )
}

/** Says nothing of a claim: unreadable, or that an inquiry failed. */
function isHarmless(notice: Notice): boolean {
  if (notice.kind === 'unreadable') return true
  return notice.kind === 'claim' && (notice.fact.type === 'inquiry_failed' || notice.fact.type === 'other')
}

async function saysNoMore(subject: Subject, message: InMessage, whole: unknown[], how: string): Promise<void> {
  for (const notice of await decoded(subject, message)) {
    const known = isHarmless(notice) || whole.some((each) => isDeepStrictEqual(each, plain(notice)))
    demand(
      known,
      `${how}, it says something else than the whole: ${notice.kind === 'claim' ? notice.fact.type : notice.kind}`,
    )
  }
}

async function facts(subject: Subject, message: InMessage): Promise<unknown[]> {
  return (await decoded(subject, message)).map(plain)
}

/** Without their words: a remark that lost its end says the same. */
function plain(notice: Notice): unknown {
  return JSON.parse(JSON.stringify(notice, (key, value) => (key === 'said' ? undefined : value)))
}

async function decoded(subject: Subject, message: InMessage): Promise<Notice[]> {
  const began = process.cpuUsage()
  const notices = await subject.adapter.decode(message, subject.context())
  isQuick(began)
  return notices
}

function timed<T>(work: () => T): T {
  const began = process.cpuUsage()
  const result = work()
  isQuick(began)
  return result
}

function isQuick(began: NodeJS.CpuUsage): void {
  const { user, system } = process.cpuUsage(began)
  const ms = (user + system) / 1_000
  demand(ms < LONGEST_MS, `it took ${Math.round(ms)} ms of the processor`)
}

/** About forty places, the same in every run, and the last few bytes. */
function cuts(length: number): number[] {
  const step = Math.max(1, Math.floor(length / 37))
  const places = Array.from({ length: Math.ceil(length / step) }, (_, index) => index * step)
  return [...new Set([...places, length - 1, length - 2, length - 5])].filter((at) => at >= 0 && at < length)
}

/** Random bytes that are the same in every run. */
function noise(seed: number, length: number): Uint8Array {
  let state = seed * 2_654_435_761
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state >>> 24
  })
}
