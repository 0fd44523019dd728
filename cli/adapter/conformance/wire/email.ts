import type { MailOut } from '../../../../adapters/contract.ts'
import type { Sent } from '../../../../adapters/transports/transport.ts'
import { makeServerIdentity } from '../../../../sandbox/certificates.ts'
import { type Check, demand } from '../check.ts'
import { afterMessage } from '../rules/meaning.ts'
import { applyFact, sentClaim } from '../standing.ts'
import type { Subject } from '../subject.ts'
import { documentChecks } from './documents.ts'
import { emailBoxChecks } from './emailBox.ts'
import { emailDocumentChecks } from './emailDocuments.ts'
import { scenario } from './emailScenario.ts'
import { claimMails, type EmailTwin, emailPost, startEmailTwin } from './emailTwin.ts'
import { DESK } from './mails.ts'

/**
 * The faults of an HMO by mail: a real SMTP server and a real IMAP mailbox on 127.0.0.1, and the
 * product's own transport.
 */
export function emailChecks(subject: Subject): Check[] {
  return [
    ...handOverChecks,
    ...serverChecks,
    ...emailBoxChecks,
    ...documentChecks(emailPost(subject)),
    ...emailDocumentChecks,
  ]
}

/** What becomes of a mail that the server was given. */
const handOverChecks: Check[] = [
  scenario(
    'sent',
    'each mail is handed over once, byte for byte, to the one agreed address, and marked before it leaves',
    async (on, twin) => {
      const mails = await claimMails(on)
      for (const mail of mails) demand((await twin.send(mail)).kind === 'arrived', 'a mail did not arrive')
      demand(twin.taken.length === mails.length, `${twin.taken.length} mails arrived instead of ${mails.length}`)
      for (const [index, { mail, recipients, marks }] of twin.taken.entries()) {
        const body = Buffer.from(mails[index]?.body ?? [])
        demand(mail.subarray(mail.length - body.length).equals(body), 'other bytes arrived')
        demand(recipients.join() === DESK, `it went to ${recipients}`)
        demand(marks.length === index + 1, 'it left before the database knew')
      }
    },
  ),
  scenario(
    'timed-out',
    'taken and then silent before the 250: unknown, sent once; nobody can look, and the acknowledgement resolves it',
    async (on, twin) => {
      twin.interference.losesReply = () => true
      const mail = await claimMail(on)
      const sent = await twin.send(mail)
      demand(sent.kind === 'unknown', `it is ${sent.kind}`)
      demand(twin.taken.length === 1, `it was sent ${twin.taken.length} times`)
      const look = (mark: string | null) => on.transport.checkArrival?.(mail, twin.session(), mark)
      demand((await look('HANDING_OVER')) === 'cannot_tell', 'a look says more than anybody can know')
      demand((await look(null)) === 'absent', 'a mail that was never handed over may not be sent')
      await acknowledged(on)
    },
  ),
  scenario(
    'later',
    'a server that says “later” has nothing: the same mail goes again, and is there once',
    async (on, twin) => {
      const mail = await claimMail(on)
      twin.interference.refusesRecipient = () => '450 4.2.0 greylisted'
      sentAs(await twin.send(mail), 'not_sent')
      twin.interference.refusesRecipient = () => null
      twin.interference.refusesMail = () => '451 4.3.0 try again later'
      sentAs(await twin.send(mail), 'not_sent')
      nobodyHas(twin)
      twin.interference.refusesMail = () => null
      sentAs(await twin.send(mail), 'arrived')
      demand(twin.taken.length === 1, `it is there ${twin.taken.length} times`)
    },
  ),
  scenario('refused', 'a mail that the server refuses for good is refused, in the server’s words', async (on, twin) => {
    twin.interference.refusesMail = () => '554 5.7.1 content refused'
    const sent = await twin.send(await claimMail(on))
    demand(sent.kind === 'refused', `it is ${sent.kind}`)
    demand(JSON.stringify(sent.said).includes('content refused'), 'the server’s words are lost')
    nobodyHas(twin)
  }),
  scenario(
    'recipient-refused',
    'an address that the server does not know stops the connection: every claim would be refused',
    async (on, twin) => {
      twin.interference.refusesRecipient = () => '550 5.1.1 no such user'
      sentAs(await twin.send(await claimMail(on)), 'stopped')
      nobodyHas(twin)
    },
  ),
  scenario(
    'truncated',
    'a line that breaks in the middle of the mail leaves nothing at the provider, and nobody says that it arrived',
    async (on, twin) => {
      twin.interference.cutsMail = () => 1_000
      const { kind } = await twin.send(await claimMail(on))
      demand(kind === 'not_sent' || kind === 'unknown', `it is ${kind}`)
      nobodyHas(twin)
    },
  ),
]

/** Servers that refuse connections or sign-ins, and the check of the connection. */
const serverChecks: Check[] = [
  scenario('expired-credentials', 'a refused sign-in stops the connection, and nothing has left', async (on, twin) => {
    const wrong = twin.session({ secrets: { password: 'expired' } })
    sentAs(await twin.send(await claimMail(on), wrong), 'stopped')
    nobodyHas(twin)
  }),
  scenario('rate-limit', 'a server that refuses the connection has nothing: it is tried again', async (on, twin) => {
    twin.interference.refuses = () => true
    sentAs(await twin.send(await claimMail(on)), 'not_sent')
  }),
  scenario('not-there', 'a server that cannot be reached has nothing: it is tried again', async (on) => {
    const twin = await startEmailTwin(on)
    const session = twin.session()
    await twin.stop()
    sentAs(await twin.send(await claimMail(on), session), 'not_sent')
  }),
  {
    name: 'wire-other-host',
    rule: 'a server whose certificate our authority did not sign gets neither password nor claim; the agreed one gets both',
    run: async (on) => {
      const agreed = makeServerIdentity(new Date())
      const twin = await startEmailTwin(on, { tls: { key: agreed.key, cert: agreed.certificate } })
      try {
        const { caCertificate } = makeServerIdentity(new Date())
        sentAs(await twin.send(await claimMail(on), twin.session({ caCertificate })), 'not_sent')
        nobodyHas(twin)
        const right = twin.session({ caCertificate: agreed.caCertificate })
        sentAs(await twin.send(await claimMail(on), right), 'arrived')
      } finally {
        await twin.stop()
      }
    },
  },
  scenario(
    'check',
    'the connection’s check passes each step, and fails at the sign-in of the server whose password is wrong',
    async (on, twin) => {
      const failed = async (secrets: Record<string, string>) =>
        (await on.transport.check(twin.session({ secrets }))).filter(({ ok }) => !ok).map(({ step }) => step)
      demand((await failed({})).length === 0, `${await failed({})} fails`)
      for (const [secret, step] of [
        ['password', 'smtp sign-in'],
        ['imapPassword', 'imap sign-in'],
      ] as const) {
        const steps = await failed({ [secret]: 'expired' })
        demand(steps.join() === step, `a wrong ${secret} fails at ${steps}`)
      }
      nobodyHas(twin)
    },
  ),
]

async function claimMail(subject: Subject): Promise<MailOut> {
  return (await claimMails(subject))[0] as MailOut
}

function nobodyHas({ taken }: EmailTwin): void {
  demand(taken.length === 0, `the provider has ${taken.length} mails`)
}

function sentAs({ kind }: Sent, wanted: Sent['kind']): void {
  demand(kind === wanted, `it is ${kind} instead of ${wanted}`)
}

async function acknowledged(subject: Subject): Promise<void> {
  const { claim, connection } = subject.folder
  const fresh = sentClaim(claim.submission, connection.now)
  let standing = applyFact(
    fresh,
    { type: 'delivery_unknown', because: 'the line broke before the 250' },
    connection.now,
  )
  const acknowledgements = subject.messages('decode', 'accepted')
  if (acknowledgements.length === 0) return
  for (const message of await emailPost(subject).carry(acknowledgements))
    standing = await afterMessage(subject, standing, message)
  demand(standing.state.status === 'RECEIVED', `the acknowledgement leaves it ${standing.state.status}`)
}
