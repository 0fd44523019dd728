import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type FileInspector, fileInspector } from '../../../api/files/fileInspector.ts'
import { newId } from '../../../platform/ids.ts'
import { testDatabase } from '../../support/database.ts'
import { pdf, png } from '../../support/files.ts'
import { startApi } from '../harness.ts'

const LIMITS = { processes: 1, seconds: 60, heapMb: 64, answerBytes: 1_000_000 }
const ANY = 'application/octet-stream'
/** What kept the API from answering for minutes when it was looked into there. */
const HOSTILE = pdf('stream\n'.repeat(150_000))

let inspector: FileInspector
beforeAll(() => {
  inspector = fileInspector(LIMITS)
})
afterAll(() => inspector.stop())

describe('files are looked into apart', () => {
  it('with the verdict of the check', async () => {
    expect(await inspector.inspect(png(), ANY)).toEqual({ kind: 'ok', mediaType: 'image/png', extension: 'png' })
    expect(await inspector.inspect(pdf('<< /S /Launch >>'), ANY)).toMatchObject({
      kind: 'refused',
      because: expect.stringContaining('launch action'),
    })
  })

  it('and the process that asks goes on answering meanwhile', async () => {
    let looking = true
    const verdict = inspector.inspect(HOSTILE, ANY).finally(() => {
      looking = false
    })
    let turns = 0
    while (looking) {
      await new Promise((resolve) => setImmediate(resolve))
      turns += 1
    }
    expect(await verdict).toMatchObject({ kind: 'ok' })
    expect(turns).toBeGreaterThan(20)
  })

  it('before any transaction: none is held open by a look', async () => {
    const db = await testDatabase()
    const open: unknown[] = []
    const api = await startApi(db, {
      inspectFile: async () => {
        const { rows } = await sql`
          select query from pg_stat_activity where datname = current_database() and state like 'idle in transaction%'`.execute(
          db.owner,
        )
        open.push(...rows)
        return { kind: 'refused', because: 'looked into' }
      },
    })
    try {
      const headers = { 'content-type': 'image/png', 'idempotency-key': 'once' }
      for (const place of ['attachments?kind=xray', 'evidence']) {
        const answer = await api.call('POST', `/v1/claims/${newId()}/${place}`, { raw: png(), headers })
        expect(answer.body).toMatchObject({ detail: 'looked into' })
      }
      expect(open).toEqual([])
    } finally {
      await api.close()
      await db.close()
    }
  })

  it('what takes longer than it may is refused by name, and the next one is looked into (G10)', async () => {
    const hasty = fileInspector({ ...LIMITS, seconds: 0.000_001 })
    try {
      expect(await hasty.inspect(HOSTILE, ANY)).toEqual({
        kind: 'refused',
        because: 'the file takes too long to be checked',
      })
    } finally {
      hasty.stop()
    }
    expect(await inspector.inspect(png(), ANY)).toMatchObject({ kind: 'ok' })
  })
})
