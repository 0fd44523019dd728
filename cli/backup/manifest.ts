import { createHash } from 'node:crypto'
import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { z } from 'zod'

const FILE = 'manifest.json'

const manifest = z.strictObject({
  format: z.literal(1),
  /** `base`: the cluster's files with its WAL; `dump`: what pg_dump writes. */
  method: z.enum(['base', 'dump']),
  build: z.string(),
  /** The last migration of the database. */
  schema: z.string(),
  postgres: z.string(),
  database: z.string(),
  systemIdentifier: z.string(),
  timeline: z.int(),
  databaseOid: z.int(),
  /** Real time, ISO 8601 UTC. */
  startedAt: z.string(),
  finishedAt: z.string(),
  files: z.array(z.strictObject({ path: z.string(), size: z.int(), sha256: z.string() })),
})

/** What a backup says of itself; each file with its size and hash. */
export type Manifest = z.infer<typeof manifest>
export type BackupFile = Manifest['files'][number]

export function writeManifest(folder: string, written: Manifest): void {
  writeFileSync(path.join(folder, FILE), `${JSON.stringify(written, null, 1)}\n`, { mode: 0o600, flush: true })
}

/** Throws one sentence when the folder holds no backup that this program reads. */
export function readManifest(folder: string): Manifest {
  const file = path.join(folder, FILE)
  if (!existsSync(file)) throw new Error(`${folder} is no backup: it has no ${FILE}`)
  const read = manifest.safeParse(parsed(readFileSync(file, 'utf8')))
  if (!read.success) throw new Error(`${file} is damaged, or of a newer claimhub: nothing was restored`)
  const strange = read.data.files.find(({ path: name }) => path.isAbsolute(name) || name.split('/').includes('..'))
  if (strange !== undefined) throw new Error(`${file} names a file outside of the backup: nothing was restored`)
  return read.data
}

/** Throws when a file is missing, too much, or not the bytes that were backed up. */
export async function verifyFiles(folder: string, { files }: Manifest): Promise<void> {
  for (const { path: name, size, sha256 } of files) {
    const found = existsSync(path.join(folder, name)) ? await copyOf(path.join(folder, name), null) : null
    if (found === null || found.size !== size || found.sha256 !== sha256)
      throw new Error(`the backup is damaged: ${name} is ${found === null ? 'missing' : 'not as it was written'}`)
  }
}

/** Copies a file as it is at this moment, or only reads it; answers what was copied. */
export async function copyOf(from: string, to: string | null): Promise<Omit<BackupFile, 'path'>> {
  const hash = createHash('sha256')
  let size = 0
  const counting = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk)
      size += chunk.length
      done(null, chunk)
    },
  })
  if (to === null) await pipeline(createReadStream(from), counting, drained)
  else await pipeline(createReadStream(from), counting, createWriteStream(to, { mode: 0o600, flush: true }))
  return { size, sha256: hash.digest('hex') }
}

async function drained(source: AsyncIterable<unknown>): Promise<void> {
  for await (const _chunk of source) {
    // Only its hash is wanted.
  }
}

/** Makes a folder for a new backup; refuses one that holds something. */
export function emptyFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  if (readdirSync(folder).length > 0) throw new Error(`${folder} is not empty: name a new folder for each backup`)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
