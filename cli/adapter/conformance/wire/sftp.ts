import type { FileOut } from '../../../../adapters/contract.ts'
import { usableKeyPair } from '../../../../sandbox/sshKeys.ts'
import { type Check, demand } from '../check.ts'
import { claimWith } from '../claims.ts'
import type { Subject } from '../subject.ts'
import { documentChecks } from './documents.ts'
import { fingerprint, type SftpTwin, sftpPost, startSftpTwin } from './sftpTwin.ts'

/** The faults of an SFTP HMO, by a real SSH server on 127.0.0.1 and the product's own transport. */
export function sftpChecks(subject: Subject): Check[] {
  return [...uploadChecks, ...serverChecks, ...outFolderChecks, ...documentChecks(sftpPost(subject))]
}

/** What becomes of a file that we upload. */
const uploadChecks: Check[] = [
  scenario(
    'sent',
    'the exact files lie in the provider’s folder under their names, and nothing half beside them',
    async (on, twin) => {
      const files = await claimFiles(on)
      for (const file of files) demand((await twin.send(file)).kind === 'arrived', 'a file did not arrive')
      demand(
        (await twin.list('in')).join() ===
          files
            .map(({ name }) => name)
            .sort()
            .join(),
        `there lie ${await twin.list('in')}`,
      )
      for (const { name, body } of files) demand((await twin.read(`in/${name}`)).equals(body), 'other bytes arrived')
    },
  ),
  scenario('sent-twice', 'the same file sent again is recognised: one file lies there', async (on, twin) => {
    const file = await claimFile(on)
    await twin.send(file)
    demand((await twin.send(file)).kind === 'arrived', 'the second try is not recognised')
    demand((await twin.list('in')).length === 1, 'there is more than one file')
  }),
  scenario(
    'timed-out',
    'renamed and then cut off: unknown, until a look into the folder finds the file; it is never sent twice',
    async (on, twin) => {
      const file = await claimFile(on)
      twin.interference.cutsRename = () => true
      const sent = await twin.send(file)
      demand(sent.kind === 'unknown', `it is ${sent.kind}`)
      twin.interference.cutsRename = () => false
      demand((await checkArrival(on, twin, file)) === 'arrived', 'the look does not find it')
      demand((await twin.list('in')).length === 1, 'there is more than one file')
    },
  ),
  scenario(
    'timed-out-and-taken',
    'cut off, and the provider has collected the file meanwhile: nobody can tell, so nothing is sent again',
    async (on, twin) => {
      const file = await claimFile(on)
      twin.interference.cutsRename = () => true
      await twin.send(file)
      twin.interference.cutsRename = () => false
      await twin.move(`in/${file.name}`, 'out/archive/taken')
      demand((await checkArrival(on, twin, file)) === 'cannot_tell', 'the look says more than anybody can know')
    },
  ),
  scenario(
    'truncated',
    'a line that breaks during the upload leaves nothing that the provider would read',
    async (on, twin) => {
      twin.interference.cutsWrite = (_file, _offset, length) => Math.floor(length / 2)
      const sent = await twin.send(await claimFile(on))
      demand(sent.kind === 'not_sent', `it is ${sent.kind}`)
      demand(
        (await twin.list('in')).every((name) => name.startsWith('.')),
        'half a file is visible',
      )
    },
  ),
]

/** Servers that refuse connections or sign-ins, and a name that is taken. */
const serverChecks: Check[] = [
  scenario('expired-credentials', 'a refused sign-in stops the connection, and nothing has left', async (on, twin) => {
    const sent = await twin.send(await claimFile(on), twin.session({ password: 'expired' }))
    demand(sent.kind === 'stopped', `it is ${sent.kind}`)
    demand((await twin.list('in')).length === 0, 'a file left')
  }),
  scenario('other-host', 'another host key stops the connection before we sign in', async (on, twin) => {
    const sent = await twin.send(
      await claimFile(on),
      twin.session({ hostKeySha256: fingerprint(usableKeyPair().private) }),
    )
    demand(sent.kind === 'stopped', `it is ${sent.kind}`)
    demand((await twin.list('in')).length === 0, 'a file left')
  }),
  scenario('rate-limit', 'a server that refuses the connection has nothing: it is tried again', async (on, twin) => {
    twin.interference.refuses = () => true
    const sent = await twin.send(await claimFile(on))
    demand(sent.kind === 'not_sent', `it is ${sent.kind}`)
  }),
  scenario('not-there', 'a server that cannot be reached has nothing: it is tried again', async (on) => {
    const twin = await startSftpTwin(on)
    const session = twin.session()
    await twin.stop()
    const sent = await twin.send(await claimFile(on), session)
    demand(sent.kind === 'not_sent', `it is ${sent.kind}`)
  }),
  scenario(
    'name-taken',
    'a file of our name with other content is not overwritten: a person must look',
    async (on, twin) => {
      const file = await claimFile(on)
      await twin.put(`in/${file.name}`, 'somebody else’s')
      const sent = await twin.send(file)
      demand(sent.kind === 'stopped', `it is ${sent.kind}`)
      demand((await twin.read(`in/${file.name}`)).toString() === 'somebody else’s', 'it is overwritten')
    },
  ),
]

/** The provider's files for us, and the check of the connection. */
const outFolderChecks: Check[] = [
  scenario('unfinished', 'a file that the provider still writes is not read', async (on, twin) => {
    const body = someDocument(on)
    for (const name of ['a.part', 'b.tmp', '.c']) await twin.put(`out/${name}`, body.slice(0, 50))
    demand((await twin.collect()).length === 0, 'an unfinished file was read')
  }),
  scenario('store-first', 'a file that we could not store stays where it is', async (on, twin) => {
    await twin.put('out/news.dat', someDocument(on))
    const nothing = { cursor: null, ctx: on.context() }
    await on.transport
      .collect(on.adapter, nothing, twin.session(), async () => {
        throw new Error('the database is away')
      })
      .catch(() => undefined)
    demand((await twin.list('out')).includes('news.dat'), 'the file is gone')
  }),
  scenario('archived', 'a stored file is moved into the archive, and not read again', async (on, twin) => {
    await twin.put('out/news.dat', someDocument(on))
    demand((await twin.collect()).length === 1, 'it is not read')
    demand((await twin.collect()).length === 0, 'it is read again')
    demand((await twin.list('out/archive')).includes('news.dat'), 'it is not in the archive')
  }),
  scenario(
    'check',
    'the connection’s check passes each step, and fails at the sign-in when the password is wrong',
    async (on, twin) => {
      const steps = await on.transport.check(twin.session())
      demand(
        steps.every(({ ok }) => ok),
        `${steps.find(({ ok }) => !ok)?.step}: ${steps.find(({ ok }) => !ok)?.detail}`,
      )
      const [failed] = (await on.transport.check(twin.session({ password: 'expired' }))).filter(({ ok }) => !ok)
      demand(failed?.step === 'sign-in', `a wrong password fails at ${failed?.step}`)
      demand((await twin.list('in')).length === 0, 'the check sent something')
    },
  ),
]

function scenario(name: string, rule: string, play: (subject: Subject, twin: SftpTwin) => Promise<void>): Check {
  return {
    name: `wire-${name}`,
    rule,
    run: async (subject) => {
      const twin = await startSftpTwin(subject)
      try {
        await play(subject, twin)
      } finally {
        await twin.stop()
      }
    },
  }
}

async function claimFiles(subject: Subject): Promise<FileOut[]> {
  return (await subject.write([claimWith(subject)])).map((message) => {
    demand(message.transport === 'sftp', 'the claim does not go over SFTP')
    return message
  })
}

async function claimFile(subject: Subject): Promise<FileOut> {
  return (await claimFiles(subject)).at(-1) as FileOut
}

function someDocument(subject: Subject): Uint8Array {
  const [document] = subject.messages('decode', 'paid')
  demand(document !== undefined, 'the case paid has no document')
  return document.body
}

function checkArrival({ transport }: Subject, twin: SftpTwin, file: FileOut) {
  return transport.checkArrival?.(file, twin.session(), 'RENAMING')
}
