import { execFile } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import type { FileReport } from '../../../cli/inspect/report.ts'
import { FIXTURES } from './samples.ts'

const BIN = path.join(import.meta.dirname, '../../../bin/claimhub.js')
const PAID = path.join(FIXTURES, 'x12/835-paid.x12')
const UNBALANCED = path.join(FIXTURES, 'x12/835-line-off-by-a-cent.x12')

function run(...argv: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [BIN, 'inspect', ...argv], (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr })
    })
  })
}

describe('claimhub inspect', () => {
  it('prints one JSON object a file and exits 0 when all could be read, problems or not', async () => {
    const { code, stdout, stderr } = await run('--json', PAID, UNBALANCED)
    const reports = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as FileReport)
    expect({ code, stderr, files: reports.map(({ file }) => file) }).toEqual({
      code: 0,
      stderr: '',
      files: [PAID, UNBALANCED],
    })
    expect(Object.keys(reports[0] ?? {})).toEqual(['file', 'mediaType', 'kind', 'readable', 'transactions'])
    expect(Object.keys(reports[0]?.transactions[0] ?? {})).toEqual([
      'kind',
      'controlNumber',
      'problems',
      'balanced',
      'total',
      'claims',
      'providerAdjustments',
    ])
    expect(Object.keys(reports[0]?.transactions[0]?.claims[0] ?? {})).toEqual([
      'claimId',
      'reference',
      'status',
      'charged',
      'paid',
      'patientResponsibility',
      'lines',
      'adjustments',
    ])
  })

  it('exits 2 with one clear line for each file that cannot be read, and reads the others', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'inspect-'))
    const prose = path.join(folder, 'prose.txt')
    writeFileSync(prose, 'Dear clinic,\nthe claim is paid.\n')
    const missing = path.join(folder, 'missing.x12')
    const { code, stdout, stderr } = await run('--json', missing, folder, prose, PAID)
    expect(code).toBe(2)
    expect(stderr.trimEnd().split('\n')).toEqual([
      `claimhub inspect: ${missing}: there is no such file`,
      `claimhub inspect: ${folder}: it is a folder`,
      expect.stringMatching(/prose\.txt: a table without the titles of a remittance/),
    ])
    const readable = stdout
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as FileReport).readable)
    expect(readable).toEqual([false, false, false, true])
  })

  it('prints a report for people without --json', async () => {
    const { code, stdout } = await run(UNBALANCED)
    expect(code).toBe(0)
    expect(stdout).toMatch(/835 payment 0001, 1006\.00 USD, DOES NOT BALANCE/)
    expect(stdout).toMatch(/7K2M9QX4TB6VH0RC +SD26069001 +processed-primary +1136\.00 +1006\.00 +80\.00 +2\n/)
    expect(stdout).toMatch(/line-balance +ST 0001 CLP 1 \(7K2M9QX4TB6VH0RC\) SVC 1/)
  })
})
