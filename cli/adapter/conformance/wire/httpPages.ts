import type { Context, InMessage, OutMessage } from '../../../../adapters/contract.ts'
import { type Check, demand, some } from '../check.ts'
import { read } from '../rules/reading.ts'
import type { Subject } from '../subject.ts'
import { scenario } from './httpScenario.ts'
import { type HttpTwin, playing } from './httpTwin.ts'

/** The provider's own pages, fetched by the transport and taken apart by the adapter. */
export function pageChecks(): Check[] {
  const pages = (subject: Subject): InMessage[] =>
    some(subject.messages('readPage', 'collected-batch'), 'the case collected-batch has no page')
  return [
    scenario(
      'pages',
      'every page is fetched, and each document on it is stored and read',
      async (on, twin) => {
        twin.behave(pagesOf(on, pages(on)))
        const found = await collected(on, twin)
        demand(found.length > 0, 'nothing was found')
        for (const message of found)
          demand(
            (await read(on, message)).some(({ kind }) => kind !== 'unreadable'),
            'a document is unreadable',
          )
        const keys = new Set(found.map((each) => Buffer.from(each.body).toString('base64')))
        demand(keys.size > 1 || pages(on).length === 1, 'only one document was found')
      },
      noPages,
    ),
    scenario(
      'page-cut',
      'a page that breaks off is fetched again: nothing of it is stored',
      async (on, twin) => {
        const [page] = pages(on)
        twin.behave((_request, res) => {
          res.writeHead(200, { 'content-type': 'application/json', 'content-length': '100000' })
          res.write(page?.body.slice(0, 100) ?? '')
          setTimeout(() => res.destroy(), 20)
        })
        const found = await collected(on, twin).catch(() => [])
        demand(found.length === 0, `${found.length} documents were stored`)
      },
      noPages,
    ),
    scenario(
      'store-first',
      'what we could not store is not confirmed, and stays to be fetched',
      async (on, twin) => {
        twin.behave(pagesOf(on, pages(on)))
        const context = { cursor: null, ctx: on.context() }
        const storing = on.transport.collect(on.adapter, context, twin.session(), async () => {
          throw new Error('the database is away')
        })
        const failed = await storing.then(
          () => false,
          () => true,
        )
        demand(failed, 'the collection says that all is well')
      },
      noPages,
    ),
  ]
}

const noPages = ({ adapter }: Subject) => (adapter.collect === undefined ? 'the provider has no pages to fetch' : null)
/**
 * Pages in turn; a document that a page only names when it is fetched; and 200 to a confirmation.
 */
function pagesOf(subject: Subject, pages: InMessage[]): ReturnType<typeof playing> {
  const ctx = subject.context()
  const { collect } = subject.adapter
  const keys = pages.flatMap((page) => collect?.read(page, ctx).documents.map(({ key }) => key) ?? [])
  const pathsOf = (make: ((key: string, ctx: Context<unknown>) => OutMessage) | undefined) =>
    keys.flatMap((key) => {
      const message = make?.(key, ctx)
      return message?.transport === 'http' ? [message.path] : []
    })
  const fetches = pathsOf(collect?.fetch?.request)
  const confirms = pathsOf(collect?.confirm)
  const files = subject.messages('readFetched', 'collected-batch')
  let page = -1
  return (request, res) => {
    if (confirms.includes(request.path)) return void res.writeHead(200).end()
    const file = files[fetches.indexOf(request.path)]
    if (file !== undefined) return playing(file)(request, res)
    page = Math.min(page + 1, pages.length - 1)
    playing(pages[page] as InMessage)(request, res)
  }
}

async function collected(subject: Subject, twin: HttpTwin): Promise<InMessage[]> {
  const found: InMessage[] = []
  const context = { cursor: null, ctx: subject.context() }
  await subject.transport.collect(
    subject.adapter,
    context,
    twin.session(),
    async ({ message }) => void found.push(message),
  )
  return found
}
