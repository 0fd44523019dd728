import type { CollectedDocument } from '../../../../adapters/transports/transport.ts'
import { type Check, demand } from '../check.ts'
import type { Subject } from '../subject.ts'
import { scenario } from './emailScenario.ts'
import { startEmailTwin } from './emailTwin.ts'
import { stamped, textOf } from './mails.ts'

/** Our mailbox: every mail is stored once, whatever becomes of the folder. */
export const emailBoxChecks: Check[] = [
  scenario(
    'store-first',
    'a mail that we could not store stays unseen where it is, and comes again',
    async (on, twin) => {
      twin.deliver(providerMail(on))
      const storing = on.transport.collect(
        on.adapter,
        { cursor: null, ctx: on.context() },
        twin.session(),
        async () => {
          throw new Error('the database is away')
        },
      )
      const failed = await storing.then(
        () => false,
        () => true,
      )
      demand(failed, 'the collection says that all is well')
      demand(
        twin.folder('INBOX').every(({ flags }) => flags.length === 0),
        'it is marked as seen',
      )
      demand((await twin.collect()).found.length === 1, 'it does not come again')
    },
  ),
  scenario('seen', 'a stored mail is marked as seen, and not read again', async (on, twin) => {
    twin.deliver(providerMail(on))
    const { found, cursor } = await twin.collect()
    demand(found.length === 1, `${found.length} mails were read`)
    demand(
      twin.folder('INBOX').every(({ flags }) => flags.includes('\\Seen')),
      'it is not marked',
    )
    demand((await twin.collect(cursor)).found.length === 0, 'it is read again')
  }),
  scenario(
    'two-folders',
    'the same mail found in another folder of the mailbox is the same document: same key, same bytes',
    async (on, twin) => {
      twin.deliver(providerMail(on))
      const inbox = await twin.collect(null, twin.session({ archiveFolder: 'Archive' }))
      demand(twin.folder('INBOX').length === 0 && twin.folder('Archive').length === 1, 'it is not in the archive')
      const archive = await twin.collect(null, twin.session({ folder: 'Archive' }))
      demand(known(inbox.found).join() === known(archive.found).join(), 'it is taken for another document')
    },
  ),
  scenario(
    'numbered-anew',
    'when the server numbers the folder anew, nothing is lost: what is new is found, what is known has its key and bytes',
    async (on, twin) => {
      const [old, late] = [providerMail(on), providerMail(on, 'late')]
      twin.deliver(old)
      const before = await twin.collect()
      const anew = await startEmailTwin(on, { validity: 2 })
      try {
        // The new mail has the number that the old one had.
        anew.deliver(late)
        anew.deliver(old)
        const after = known((await anew.collect(before.cursor)).found)
        demand(
          known(before.found).every((each) => after.includes(each)),
          'a known mail is taken for another document',
        )
        demand(after.length === 2, `${after.length} of 2 mails were read`)
      } finally {
        await anew.stop()
      }
    },
  ),
  scenario('mailbox-closed', 'a mailbox whose sign-in fails is an error, never an empty mailbox', async (on, twin) => {
    twin.deliver(providerMail(on))
    const failed = await twin.collect(null, twin.session({ secrets: { imapPassword: 'expired' } })).then(
      () => false,
      () => true,
    )
    demand(failed, 'the collection says that nothing is there')
  }),
]

/** A mail of the cases; `id` makes another one of it. */
function providerMail(subject: Subject, id?: string): string {
  const [document] = subject.messages('decode', 'paid')
  demand(document !== undefined, 'the case paid has no mail')
  return id === undefined
    ? stamped(document)
    : stamped(document).replace(/^Message-ID:.*$/im, `Message-ID: <${id}@hmo.example>`)
}

function known(found: CollectedDocument[]): string[] {
  return found.map(
    ({ key, message }) => `${key} ${Buffer.from(textOf(message.body ?? new Uint8Array())).toString('base64')}`,
  )
}
