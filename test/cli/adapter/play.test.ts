import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { adapterOf } from '../../../adapters/registry.ts'
import * as bench from '../../../cli/adapter/conformance/subject.ts'
import { play } from '../../../cli/adapter/play.ts'

const ID = 'cordillera-dental'
const ROOT = path.join(import.meta.dirname, '../../..')
let folder: string
let printed: string
const fixture = (file: string) => path.join(folder, 'fixtures', file)

/** The adapter with a copy of its folder, which may be written to. */
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'claimhub-play-'))
  cpSync(path.join(ROOT, 'adapters/providers', ID), folder, { recursive: true })
  vi.spyOn(bench, 'subjectOf').mockImplementation((id) => bench.subjectFrom(adapterOf(id), id, folder))
  printed = ''
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += text
    return true
  })
})
afterEach(() => {
  vi.restoreAllMocks()
  process.exitCode = undefined
  rmSync(folder, { recursive: true })
})

describe('claimhub adapter play', () => {
  it('prints what each step comes to, and that it is what was expected', async () => {
    await play(ID, 'accepted', {})
    expect(printed).toMatch(/^step 1: decode\n\[/)
    expect(printed).toContain('"type": "received"')
    expect(printed).toMatch(/\nas expected.json says\n$/)
    expect(process.exitCode).toBeUndefined()
  })

  it('shows every place where expected.json says otherwise, fails, and writes nothing', async () => {
    const wrong = readFileSync(fixture('accepted/expected.json'), 'utf8').replaceAll('"received"', '"in_review"')
    writeFileSync(fixture('accepted/expected.json'), wrong)
    await play(ID, 'accepted', {})
    expect(printed).toContain('/0/0/fact/type is "received", expected "in_review"')
    expect(process.exitCode).toBe(1)
    expect(readFileSync(fixture('accepted/expected.json'), 'utf8')).toBe(wrong)
  })

  it.each(['paid', 'accepted'])('with --update writes expected.json anew: %s', async (name) => {
    const before = readFileSync(fixture(`${name}/expected.json`), 'utf8')
    rmSync(fixture(`${name}/expected.json`))
    await play(ID, name, { update: true })
    expect(process.exitCode).toBeUndefined()
    expect(JSON.parse(readFileSync(fixture(`${name}/expected.json`), 'utf8'))).toEqual(JSON.parse(before))
  })

  it('with --update keeps the body of a message in the file that expected.json names', async () => {
    const [head, body] = ['expected.json', 'expected.csv'].map((file) => readFileSync(fixture(`sent/${file}`)))
    rmSync(fixture('sent/expected.csv'))
    await play(ID, 'sent', { update: true, json: true })
    const { differences, written } = JSON.parse(printed)
    expect(differences).toHaveLength(1)
    expect(written).toHaveLength(2)
    expect(readFileSync(fixture('sent/expected.csv'))).toEqual(body)
    expect(JSON.parse(readFileSync(fixture('sent/expected.json'), 'utf8'))).toEqual(JSON.parse(String(head)))
  })

  it('names the cases there are', async () => {
    await expect(play(ID, 'payed', {})).rejects.toThrow(/has no case payed; there are accepted, .*paid/)
    expect(existsSync(fixture('payed'))).toBe(false)
  })
})
