import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { type ProviderDeclaration, TRANSPORTS } from '../../adapters/declaration.ts'
import { constantName, scaffold } from './scaffold.ts'

const FORMATS: readonly ProviderDeclaration['format'][] = ['x12', 'fhir', 'xml', 'csv', 'pdf']
const ADAPTERS = path.join(import.meta.dirname, '../../adapters')

/**
 * `claimhub adapter new ID`: the folder of a new HMO and its line in the registry. Nothing that is
 * there already is changed. `adapters` is the folder of that name; another one in tests.
 */
export function makeAdapter(
  id: string,
  options: { transport: string; format: string; name?: string },
  adapters: string = ADAPTERS,
): string[] {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(id))
    throw new Error(`${id} is no adapter id: lower case, digits and hyphens, as in acme-dental`)
  const transport = TRANSPORTS.find((each) => each === options.transport)
  if (transport === undefined)
    throw new Error(`there is no transport ${options.transport}; there are ${TRANSPORTS.join(', ')}`)
  const format = FORMATS.find((each) => each === options.format)
  if (format === undefined) throw new Error(`there is no format ${options.format}; there are ${FORMATS.join(', ')}`)
  const folder = path.join(adapters, 'providers', id)
  if (existsSync(folder)) throw new Error(`adapters/providers/${id} is there already`)
  const registry = path.join(adapters, 'registry.ts')
  const registered = withLine(readFileSync(registry, 'utf8'), id)
  const name =
    options.name ??
    id
      .split('-')
      .map((word) => `${word[0]?.toUpperCase()}${word.slice(1)}`)
      .join(' ')
  const files = scaffold({ id, name, transport, format, blocks: blocksOf(path.join(adapters, 'formats'), format) })
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true })
    writeFileSync(path.join(folder, file), content)
  }
  writeFileSync(registry, registered)
  return Object.keys(files).map((file) => `adapters/providers/${id}/${file}`)
}

/** The command: makes the adapter and says what comes next. */
export function newAdapter(id: string, options: { transport: string; format: string; name?: string }): void {
  const files = makeAdapter(id, options)
  const code = files.filter((file) => !file.includes('/fixtures/'))
  process.stdout.write(
    `made ${code.join(', ')} and ${files.length - code.length} fixtures; added its line to adapters/registry.ts\n`,
  )
  process.stdout.write(`next: docs/adapter-guide.md, and after each step: npx claimhub adapter check ${id}\n`)
}

/** The registry with the adapter's import and entry, each in its alphabetical place. */
function withLine(registry: string, id: string): string {
  const constant = constantName(id)
  const key = constant === id ? id : `'${id}'`
  const imported = `import { ${constant} } from './providers/${id}/index.ts'`
  const lines = inserted(registry.split('\n'), imported, /^import \{ \w+ \} from '\.\/providers\//)
  return inserted(
    lines,
    `  ${key}: ${constant} as ProviderAdapter,`,
    /^ {2}'?[a-z0-9-]+'?: \w+ as ProviderAdapter,$/,
  ).join('\n')
}

/** Before the first line of its kind that comes later, or behind the last one. */
function inserted(lines: string[], line: string, kind: RegExp): string[] {
  const places = lines.flatMap((each, index) => (kind.test(each) ? [index] : []))
  const last = places.at(-1)
  if (last === undefined) throw new Error('adapters/registry.ts has another shape than expected: add the line by hand')
  const word = (text: string) =>
    text
      .replace(/^.*providers\//, '')
      .replaceAll(/[^a-z0-9-]/g, ' ')
      .trim()
      .split(' ')[0] ?? ''
  const at = places.find((place) => word(lines[place] ?? '') > word(line)) ?? last + 1
  return lines.toSpliced(at, 0, line)
}

/** Rows are read and written by modules of their own, whatever file they stand in. */
function blocksOf(formats: string, format: ProviderDeclaration['format']): string[] {
  const folders = format === 'csv' ? [format, 'table'] : [format]
  return folders.flatMap((folder) =>
    readdirSync(path.join(formats, folder))
      .filter((file) => file.endsWith('.ts'))
      .map((file) => `${folder}/${file.replace(/\.ts$/, '')}`)
      .sort(),
  )
}
