import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { clockFrom, clockSetting } from '../../platform/clock.ts'
import { type EffectEntry, readEffects } from '../../sandbox/effectLedger.ts'
import { startSftpHmo } from '../../sandbox/sftpHmo/main.ts'

type Options = Partial<Parameters<typeof startSftpHmo>[0]>

/** A twin whose day is 100 ms, in a folder of its own, fed through its file system. */
export async function startTwin(more: Options = {}) {
  const folder = more.folder ?? mkdtempSync(path.join(tmpdir(), 'summit-'))
  const options = { port: 0, clock: clockFrom(clockSetting(864_000)), ...more, folder }
  let twin = await startSftpHmo(options)
  const inFolder = path.join(folder, 'sftp/in')
  const outFolder = path.join(folder, 'sftp/out')
  const effects = () => readEffects(path.join(folder, 'effects.jsonl'))
  return {
    folder,
    get connection() {
      return twin.connection
    },
    put(name: string, text: string | Uint8Array) {
      writeFileSync(path.join(inFolder, `.${name}.part`), text)
      renameSync(path.join(inFolder, `.${name}.part`), path.join(inFolder, name))
    },
    inbox: () => readdirSync(inFolder),
    /** Files put out so far: name, kind (TA1, 999 …) and text. */
    out: () =>
      readdirSync(outFolder)
        .filter((name) => name.endsWith('.x12'))
        .sort()
        .map((name) => ({
          name,
          kind: /_([0-9A-Z]+)\.x12$/.exec(name)?.[1] ?? '',
          file: path.join(outFolder, name),
          text: readFileSync(path.join(outFolder, name), 'latin1'),
        })),
    effects,
    of: <K extends EffectEntry['kind']>(kind: K) =>
      effects().flatMap((entry) => (entry.kind === kind ? [entry as Extract<EffectEntry, { kind: K }>] : [])),
    stopTwin: () => twin.stop(),
    async restart(again: Options = {}) {
      twin = await startSftpHmo({ ...options, ...again })
    },
    async stop() {
      await twin.stop()
      rmSync(folder, { recursive: true })
    },
  }
}

export type Twin = Awaited<ReturnType<typeof startTwin>>

/** Waits for something that must come. */
export async function until(what: string, holds: () => boolean): Promise<void> {
  for (let tries = 0; tries < 1_200; tries += 1) {
    if (holds()) return
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
  throw new Error(`the twin never came to this: ${what}`)
}

/** Until the twin has said these of a claim, and put the files out. */
export async function saidOf(twin: Twin, about: string, ...whats: string[]): Promise<void> {
  await until(`${about} ${whats.join(', ')}`, () => {
    const said = twin.of('said').filter((entry) => entry.about === about)
    const published = new Set(twin.of('note').flatMap((note) => (note.key === 'published' ? [note.value] : [])))
    return whats.every((what) => said.some((entry) => entry.what === what && published.has(entry.key)))
  })
}

export interface Sample {
  control: number
  clm: string
  member: string
  frequency?: '1' | '7' | '8'
  original?: string
  attachment?: string
}

/** An 837D or 276 of `samples/`, filled in; a segment whose value is absent is left out. */
export function sample(kind: 'claim' | 'dependent' | 'inquiry', values: Sample): string {
  const file = fileURLToPath(new URL(`./samples/${kind}.x12`, import.meta.url))
  const template = readFileSync(file, 'utf8').trimEnd()
  const terminator = template.charAt(105)
  const lineEnd = kind === 'dependent' ? '' : '\n'
  const segments = template
    .split(terminator)
    .map((segment) => segment.replace(/^\n/, ''))
    .filter((segment) => segment !== '')
    .filter((segment) => values.original !== undefined || !segment.includes('{ORIGINAL}'))
    .filter((segment) => values.attachment !== undefined || !segment.includes('{ATTACHMENT}'))
  const from = segments.findIndex((segment) => /^ST\W/.test(segment))
  const to = segments.findIndex((segment) => /^SE\W/.test(segment))
  const filled: Record<string, string> = {
    'CTRL-9D': String(values.control).padStart(9, '0'),
    CONTROL: String(values.control),
    CLM: values.clm,
    MEMBER: values.member,
    FREQUENCY: values.frequency ?? '1',
    ORIGINAL: values.original ?? '',
    ATTACHMENT: values.attachment ?? '',
    COUNT: String(to - from + 1),
  }
  const text = segments.map((segment) => `${segment}${terminator}${lineEnd}`).join('')
  return text.replace(/\{([A-Z0-9-]+)\}/g, (_all, name: string) => filled[name] ?? '')
}
