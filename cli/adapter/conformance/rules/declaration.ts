import { z } from 'zod'
import { transportOf } from '../../../../adapters/transports/index.ts'
import { type Check, demand } from '../check.ts'

/** What a declaration must be before anything is written or read. */
export const declarationChecks: Check[] = [
  {
    name: 'id-is-folder',
    rule: 'the declared id is kebab-case and the folder’s name',
    run: ({ adapter: { declaration }, id }) => {
      demand(declaration.id === id, `the folder is ${id}, the declaration says ${declaration.id}`)
      demand(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(id), `${id} is not kebab-case`)
    },
  },
  {
    name: 'settings-refuse-nothing',
    rule: 'the settings schema refuses the empty object: a connection without settings would send to nobody',
    run: ({ adapter }) => demand(!adapter.declaration.settings.safeParse({}).success, 'it takes {}'),
  },
  {
    name: 'settings-take-the-fixture',
    rule: 'the settings of fixtures/connection.json fit the schema',
    run: ({ adapter, folder }) => {
      const parsed = adapter.declaration.settings.safeParse(folder.connection.settings)
      demand(parsed.success, parsed.success ? '' : z.prettifyError(parsed.error))
    },
  },
  {
    name: 'settings-hold-no-secret',
    rule: 'secrets are the transport’s and sealed; the settings, which everybody reads, have none',
    run: ({ adapter }) => {
      const schema = JSON.stringify(
        z.toJSONSchema(adapter.declaration.settings, { unrepresentable: 'any', io: 'input' }),
      )
      const secret = /"(\w*(password|secret|token|passphrase|privateKey|apiKey)\w*)":/i.exec(schema)
      demand(secret === null, `the settings have ${secret?.[1]}`)
    },
  },
  {
    name: 'auth-fits-transport',
    rule: 'the declared way to sign in is one that the transport has',
    run: ({ adapter: { declaration } }) => void transportOf(declaration.transport).secrets(declaration.auth),
  },
  {
    name: 'purposes-begin-with-new',
    rule: 'the adapter carries original claims, and names no purpose twice',
    run: ({ adapter: { declaration } }) => {
      demand(declaration.purposes.includes('new'), 'the purposes lack "new"')
      demand(new Set(declaration.purposes).size === declaration.purposes.length, 'a purpose is named twice')
    },
  },
  {
    name: 'appeals-are-stated',
    rule: 'an adapter that carries appeals, and no other, says whether they carry the whole claim or the disputed lines',
    run: ({ adapter: { declaration } }) => {
      const { purposes, appeals } = declaration
      demand(purposes.includes('appeal') === (appeals !== undefined), `appeals is ${appeals}, the purposes ${purposes}`)
    },
  },
  {
    name: 'limits-are-stated',
    rule: 'lines, bytes, batch size and version are whole numbers from 1',
    run: ({ adapter: { declaration } }) => {
      const { limits, batching, version } = declaration
      const { fields = {}, ...sizes } = limits
      for (const [name, value] of Object.entries(fields))
        demand(Number.isSafeInteger(value) && value >= 0, `the limit of ${name} is ${value}`)
      for (const [name, value] of Object.entries({ ...sizes, ...batching, version }))
        demand(Number.isSafeInteger(value) && value >= 1, `${name} is ${value}`)
    },
  },
  {
    name: 'deadlines-are-stated',
    rule: 'every stage has its days: a claim never waits for ever in silence',
    run: ({ adapter: { declaration } }) => {
      for (const [name, value] of Object.entries(declaration.deadlines))
        demand(typeof value === 'boolean' || (Number.isSafeInteger(value) && value >= 1), `${name} is ${value}`)
    },
  },
  {
    name: 'delivery-is-consistent',
    rule: 'what is said of unknown sendings fits together: lookup needs `ask`, sending again needs a provider that drops the copy',
    run: ({ adapter: { declaration, ask } }) => {
      const { delivery, transport } = declaration
      demand(!delivery.lookup || ask !== undefined, 'lookup is declared, and there is no `ask`')
      demand(delivery.keyWindowHours === 0 || transport === 'http', 'only HTTP carries an idempotency key')
      const copyIsDropped = delivery.dedupes || delivery.keyWindowHours > 0
      demand(
        delivery.unknownPolicy === 'hold' || copyIsDropped,
        'an unknown sending would be sent again to a provider that books both',
      )
    },
  },
  {
    name: 'pick-up-fits-transport',
    rule: 'only HTTP needs `collect`, and only a transport that checks signatures has `push`',
    run: ({ adapter: { declaration, collect, push } }) => {
      demand(
        collect === undefined || declaration.transport === 'http',
        'folders and mailboxes are the transport’s own work',
      )
      demand(
        push === undefined || transportOf(declaration.transport).verifyPush !== undefined,
        'nobody checks the signature of a push',
      )
    },
  },
  {
    name: 'notes-are-written',
    rule: 'NOTES.md says where the numbers and codes come from',
    run: ({ folder }) => {
      demand(folder.notes.length > 300, 'NOTES.md is missing or says next to nothing')
      demand(!/\bTODO\b/.test(folder.notes), 'NOTES.md still says TODO')
    },
  },
]
