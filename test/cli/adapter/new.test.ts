import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { TRANSPORTS } from '../../../adapters/declaration.ts'
import { makeAdapter } from '../../../cli/adapter/new.ts'

const ROOT = path.join(import.meta.dirname, '../../..')
let house: string

/**
 * A house of its own: the real contract, formats and domain, and a registry that may be written to.
 */
beforeAll(() => {
  house = mkdtempSync(path.join(os.tmpdir(), 'claimhub-new-'))
  mkdirSync(path.join(house, 'adapters/providers'), { recursive: true })
  for (const part of [
    'node_modules',
    'domain',
    'package.json',
    'adapters/contract.ts',
    'adapters/outMessage.ts',
    'adapters/declaration.ts',
    'adapters/formats',
    'adapters/providers/summit-dental',
  ])
    symlinkSync(path.join(ROOT, part), path.join(house, part))
  cpSync(path.join(ROOT, 'test/cli/adapter/registry.txt'), path.join(house, 'adapters/registry.ts'))
  cpSync(path.join(ROOT, 'tsconfig.json'), path.join(house, 'tsconfig.json'))
})
afterAll(() => rmSync(house, { recursive: true }))

describe('claimhub adapter new', () => {
  const make = (id: string, transport: string, format: string) =>
    makeAdapter(id, { transport, format }, path.join(house, 'adapters'))

  it('makes a folder that compiles, and one registry line, for every transport and format', async () => {
    for (const transport of TRANSPORTS)
      for (const format of ['x12', 'fhir', 'xml', 'csv', 'pdf']) make(`acme-${transport}-${format}`, transport, format)
    make('zenith', 'sftp', 'csv')
    const registry = readFileSync(path.join(house, 'adapters/registry.ts'), 'utf8')
    const entries = [...registry.matchAll(/^ {2}'?([a-z0-9-]+)'?: \w+ as ProviderAdapter,$/gm)].map(([, id]) => id)
    expect(entries).toHaveLength(TRANSPORTS.length * 5 + 2)
    expect(entries).toEqual(entries.toSorted())
    const tsc = path.join(ROOT, 'node_modules/.bin/tsc')
    const { stdout } = await promisify(execFile)(tsc, ['--noEmit', '--incremental', 'false'], { cwd: house }).catch(
      (error) => error,
    )
    expect(stdout).toBe('')
  }, 180_000)

  it('makes a claim as the hub would send it, and names what there is for files of rows', () => {
    make('acme-rows', 'sftp', 'csv')
    const folder = path.join(house, 'adapters/providers/acme-rows')
    const { submission } = JSON.parse(readFileSync(path.join(folder, 'fixtures/claim.json'), 'utf8'))
    for (const { lineNumber, controlNumber } of submission.lines) expect(controlNumber).toBe(String(lineNumber))
    const mapping = readFileSync(path.join(folder, 'mapping.ts'), 'utf8')
    for (const block of ['csv/readCsv', 'csv/writeCsv', 'table/readRecords']) expect(mapping).toContain(block)
  })

  it('refuses what it does not know, and never writes over a folder', () => {
    expect(() => make('Acme', 'sftp', 'csv')).toThrow('no adapter id')
    expect(() => make('acme-new', 'fax', 'csv')).toThrow('no transport fax; there are http, sftp')
    expect(() => make('acme-new', 'sftp', 'yaml')).toThrow('no format yaml; there are x12')
    make('acme-once', 'sftp', 'csv')
    expect(() => make('acme-once', 'sftp', 'csv')).toThrow('is there already')
  })
})
