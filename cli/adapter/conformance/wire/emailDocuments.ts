import { isDeepStrictEqual } from 'node:util'
import type { MailIn, Notice } from '../../../../adapters/contract.ts'
import { type Check, demand } from '../check.ts'
import { claimWith } from '../claims.ts'
import { afterMessage } from '../rules/meaning.ts'
import { read } from '../rules/reading.ts'
import type { Standing } from '../standing.ts'
import type { Subject } from '../subject.ts'
import { fresh, untouched } from './documents.ts'
import { scenario } from './emailScenario.ts'
import { believed, claimMails, type EmailTwin } from './emailTwin.ts'
import { CLINIC_SERVER, replyTo, reportOf, stampOf, textOf } from './mails.ts'

/** What only mail has: bounces, robots, people, and anybody who writes in the provider's name. */
/** How a mail says that no person wrote it. */
const ROBOTS = ['Auto-Submitted: auto-replied', 'Precedence: auto_reply']

export const emailDocumentChecks: Check[] = [
  scenario(
    'bounced',
    'our mail that comes back is undelivered: a person hears of this interchange, and no cent moves',
    async (on, twin) => {
      const { notices, standing } = await afterMails(on, twin, [reportOf(await sentMail(on, twin), 'failed', '5.1.1')])
      demand(
        notices.some((notice) => isOurs(on, notice)),
        'nobody hears that it was not delivered',
      )
      demand(standing.state.delivery === 'REFUSED', `the delivery is ${standing.state.delivery}`)
      demand(isDeepStrictEqual(standing.balances, fresh(on).balances), 'money moved')
    },
  ),
  scenario('bounce-delayed', 'a report that they still try is no bounce: nothing has happened', async (on, twin) => {
    const { notices, standing } = await afterMails(on, twin, [reportOf(await sentMail(on, twin), 'delayed', '4.4.1')])
    demand(!notices.some((notice) => notice.kind === 'batch'), 'it is taken for a bounce')
    untouched(on, standing)
  }),
  scenario(
    'bounce-of-another',
    'a report about a mail that we never sent, with a control number of ours, is not believed',
    async (on, twin) => {
      const ctx = { ...on.context(), interchangeId: '0190a000-0000-7000-8000-0000000000ff' }
      const [never] = await on.write([claimWith(on)], ctx)
      demand(never !== undefined, 'nothing leaves')
      await twin.send(never)
      const { notices, standing } = await afterMails(on, twin, [reportOf(lastTaken(twin), 'failed', '5.1.1')])
      demand(!notices.some((notice) => isOurs(on, notice)), 'it is taken for our mail')
      demand(notices.length > 0, 'nobody hears of it')
      untouched(on, standing)
    },
  ),
  scenario('auto-reply', 'a robot’s words are never an acknowledgement', async (on, twin) => {
    const { submissionNumber } = claimWith(on)
    const mail = await sentMail(on, twin)
    const words = `RECEIVED. Claim ${submissionNumber} was accepted. I am out of office.`
    const robots = ROBOTS.map((line) => replyTo(mail, believed(on)[0], words, [line]))
    const { notices, standing } = await afterMails(on, twin, robots.map(vouched))
    demand(notices.length === 0, 'its words are brought to a person as if somebody had written them')
    untouched(on, standing)
  }),
  scenario(
    'auto-reply-list',
    'a whole list in a robot’s mail counts: its sender is a machine, the list is not (RFC 3834)',
    async (on, twin) => {
      const lists = on.messages('decode', 'paid').map(({ body }) => `${ROBOTS[0]}\r\n${textOf(body)}`)
      const { notices } = await afterMails(on, twin, lists.map(vouched))
      demand(notices.length > 0, 'its list is dropped in silence')
    },
  ),
  scenario('person', 'what a person writes goes to a person: it is never guessed at', async (on, twin) => {
    const { submissionNumber } = claimWith(on)
    const words = `Dear practice, claim ${submissionNumber} is RECEIVED, APPROVED and PAID in full. Kind regards`
    const { notices, standing } = await afterMails(on, twin, [
      vouched(replyTo(await sentMail(on, twin), believed(on)[0], words)),
    ])
    demand(notices.length > 0, 'nobody hears of it')
    untouched(on, standing)
  }),
  forgery(
    'a mail that our own server does not vouch for',
    (mail) => `${stampOf(mail, 'fail')}${mail}`,
    'forged-sender',
  ),
  forgery(
    'a mail that brings its own line of our server, below the real one',
    (mail) => `${stampOf(mail, 'fail')}Received: from nobody.example\r\n${stampOf(mail, 'pass')}${mail}`,
    'forged-proof',
  ),
  forgery(
    'a mail from an address like the provider’s, proven as its own',
    (mail) => {
      const other = mail.replace(/^From:.*$/im, 'From: Claims desk <claims@hmo.example.elsewhere.example>')
      return `${stampOf(other, 'pass')}${other}`
    },
    'other-sender',
  ),
  forgery(
    'a mail that another server than ours vouches for',
    (mail) => `${stampOf(mail, 'pass').replace(CLINIC_SERVER, 'mx.elsewhere.example')}${mail}`,
    'other-voucher',
  ),
]

/** Everything that the cases say of the claim, in somebody else's mail. */
function forgery(what: string, forged: (mail: string) => string, name: string): Check {
  return scenario(name, `${what} moves nothing and goes to a person`, async (on, twin) => {
    const mails = ['accepted', 'refused', 'paid'].flatMap((each) => on.messages('decode', each))
    demand(mails.length > 0, 'the cases hold no mail')
    const { arrived, notices, standing } = await afterMails(
      on,
      twin,
      mails.map(({ body }) => forged(textOf(body))),
    )
    demand(
      arrived.every(({ sender }) => sender === 'untrusted'),
      'it is believed',
    )
    demand(notices.filter(({ kind }) => kind === 'unreadable').length >= mails.length, 'nobody hears of it')
    untouched(on, standing)
  })
}

/** The claim's first mail as it arrived at the provider. */
async function sentMail(subject: Subject, twin: EmailTwin): Promise<string> {
  const [mail] = await claimMails(subject)
  demand(mail !== undefined, 'nothing leaves')
  await twin.send(mail)
  return lastTaken(twin)
}

function lastTaken({ taken }: EmailTwin): string {
  const last = taken.at(-1)
  demand(last !== undefined, 'the mail did not arrive')
  return textOf(last.mail)
}

async function afterMails(subject: Subject, twin: EmailTwin, mails: string[]) {
  for (const mail of mails) twin.deliver(mail)
  const { found } = await twin.collect()
  demand(found.length === mails.length, `${found.length} of ${mails.length} mails were read`)
  const arrived = found.map(({ message }) => message as MailIn)
  const notices: Notice[] = []
  let standing: Standing = fresh(subject)
  for (const message of arrived) {
    notices.push(...(await read(subject, message)))
    standing = await afterMessage(subject, standing, message)
  }
  return { arrived, notices, standing }
}

function isOurs(subject: Subject, notice: Notice): boolean {
  const { controlNumber, interchangeId } = subject.context()
  if (notice.kind !== 'batch' || notice.verdict !== 'undelivered' || notice.controlNumber !== controlNumber)
    return false
  return notice.interchangeId === undefined || notice.interchangeId === interchangeId
}

function vouched(mail: string): string {
  return `${stampOf(mail, 'pass')}${mail}`
}
