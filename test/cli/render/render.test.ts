import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { type RenderOptions, render, renderMessages } from '../../../cli/render/render.ts'
import { inspected } from '../inspect/samples.ts'

const SAMPLES = path.join(import.meta.dirname, 'fixtures')
const FIELD = path.join(import.meta.dirname, '../../fixtures/field')
const CLAIM = path.join(SAMPLES, 'crown.json')

function options(provider: string, change: Partial<RenderOptions> = {}): RenderOptions {
  const account = { 'summit-dental': 'summit-account.json', 'harbor-health': 'harbor-account.json' }[provider] ?? ''
  return {
    provider,
    claim: CLAIM,
    settings: path.join(SAMPLES, account),
    controlNumber: '117',
    now: '2026-03-10T20:05:00Z',
    ...change,
  }
}

/** The claim with a supernumerary tooth as every format can carry it: no papers, one diagnosis. */
function supernumerary(): string {
  return changedClaim((each) => {
    each['lines'] = [{ code: 'D7140', serviceDate: '2026-03-02', tooth: 'as', charge: '200.00' }]
    each['attachments'] = []
    each['authorisations'] = []
    each['diagnoses'] = [{ code: 'K02.51' }]
  })
}

/** A claim file with one change, in a folder of its own. */
function changedClaim(change: (claim: { [name: string]: unknown }) => void): string {
  const claim = JSON.parse(readFileSync(CLAIM, 'utf8'))
  change(claim)
  const folder = mkdtempSync(path.join(os.tmpdir(), 'render-'))
  writeFileSync(path.join(folder, 'claim.json'), JSON.stringify(claim))
  writeFileSync(path.join(folder, 'tooth14.png'), readFileSync(path.join(SAMPLES, 'tooth14.png')))
  return path.join(folder, 'claim.json')
}

describe('claimhub render', () => {
  it.each(['summit-dental', 'harbor-health'])('%s: what is written is what inspect reads back', async (provider) => {
    const { messages, notes } = await renderMessages(options(provider))
    const body = messages.at(-1)?.body ?? new Uint8Array()
    expect(notes).toEqual([])
    expect(await inspected(body)).toMatchObject({
      kind: 'claim',
      transactions: [
        {
          problems: [],
          total: '1136.00',
          claims: [{ claimId: '5EXKY3MX8XB9B9XG', status: 'new', charged: '1136.00', lines: 2 }],
        },
      ],
    })
  })

  it('writes the same bytes for the same file', async () => {
    expect(await renderMessages(options('summit-dental'))).toEqual(await renderMessages(options('summit-dental')))
  })

  it('writes files with the names and bytes that would leave', async () => {
    const out = mkdtempSync(path.join(os.tmpdir(), 'render-'))
    await render(options('summit-dental', { out }))
    expect(readdirSync(out).sort()).toEqual([
      'BRIGHTSMILE_SUMMITDENTAL_837D_117.x12',
      'BRIGHTSMILE_SUMMITDENTAL_837D_117_att_1.png',
    ])
    expect(readFileSync(path.join(out, 'BRIGHTSMILE_SUMMITDENTAL_837D_117_att_1.png'))).toEqual(
      readFileSync(path.join(SAMPLES, 'tooth14.png')),
    )
  })

  it('says what keeps the claim from leaving, and renders it all the same', async () => {
    const claim = changedClaim((each) => {
      each['attachments'] = []
    })
    const { messages, notes } = await renderMessages(options('summit-dental', { claim }))
    expect(messages).toHaveLength(1)
    expect(notes.join()).toMatch(/xray|X-ray/i)
  })

  it.each([
    ['summit-dental', /\*64\*|TOO\*JP\*AS~/],
    ['harbor-health', /ADAUniversalToothDesignationSystem","code":"AS"/],
    ['gulf-dental', /<Code>AS<\/Code>/],
    ['cordillera-dental', /,AS,/],
  ])('K14: a supernumerary tooth is written for %s', async (provider, written) => {
    const { messages } = await renderMessages({
      provider,
      claim: path.join(FIELD, '53-supernumerary.json'),
      controlNumber: '117',
      ...(provider === 'gulf-dental' || provider === 'cordillera-dental' ? { claim: supernumerary() } : {}),
    })
    expect(new TextDecoder().decode(messages.at(-1)?.body ?? undefined)).toMatch(written)
  })

  it.each(['summit-dental', 'harbor-health', 'laguna-care', 'visayas-health'])(
    'K32: a crown that is neither initial nor replacement is not sent to %s; render says which field',
    async (provider) => {
      const claim = path.join(FIELD, '61-crown-no-placement.json')
      const { notes } = await renderMessages({ provider, claim, controlNumber: '117' })
      expect(notes).toContain('initial or replacement placement is required for D2740 (line 1)')
    },
  )

  it('K32: a replacement asks for the prior date, or why nobody knows it', async () => {
    const replaced = (more: object) =>
      changedClaim((each) => {
        const [crown, ...others] = each['lines'] as object[]
        each['lines'] = [{ ...crown, placement: 'replacement', ...more }, ...others]
      })
    const notesOf = async (more: object) =>
      (await renderMessages(options('summit-dental', { claim: replaced(more) }))).notes
    expect(await notesOf({})).toEqual([
      'the date of the prior placement of D2740, or why it is unknown, is required (line 1)',
    ])
    expect(await notesOf({ priorPlacedOn: '2015-06-01' })).toEqual([])
    expect(await notesOf({ priorUnknownBecause: 'no records' })).toEqual([])
    expect(await notesOf({ priorPlacedOn: '2026-06-01' })).toEqual([
      'the prior placement of D2740 is after its service date 2026-03-02 (line 1)',
    ])
  })

  it.each([
    ['new', 'AAAA1111BBBB2222'],
    ['appeal', 'AAAA1111BBBB2222'],
    ['replacement', 'AAAA1111BBBB2222'],
  ])('K26: %s in the national XML has the Activity.IDs of the first claim', async (file, first) => {
    const claim = path.join(FIELD, `100-dhpo-${file}.json`)
    const { messages } = await renderMessages({ provider: 'gulf-dental', claim, controlNumber: '117' })
    const text = new TextDecoder().decode(messages.at(-1)?.body ?? undefined)
    const ids = [...text.matchAll(/<Activity>\s*<ID>([^<]*)<\/ID>/g)].map(([, id]) => id)
    expect(ids).toEqual([`${first}-1`, `${first}-2`])
  })

  it('says what a format has no place for', async () => {
    const claim = changedClaim((each) => {
      each['missingTeeth'] = [{ tooth: '3' }]
      each['attachments'] = []
    })
    const { lost } = await renderMessages({ provider: 'cordillera-dental', claim, controlNumber: '117' })
    expect(lost).toContain('Cordillera Dental has no place for the missing teeth: tell it another way where it matters')
    expect((await renderMessages(options('summit-dental', { claim }))).lost).toEqual([])
  })

  it('names each problem of a claim file by its path', async () => {
    const claim = changedClaim((each) => {
      each['lines'] = [{ code: 'crown', serviceDate: '2026-02-30', charge: '1.00', tooth: '99', prise: 1 }]
    })
    const refused = renderMessages(options('summit-dental', { claim }))
    await expect(refused).rejects.toThrow(/lines\[0\]\.code/)
    await expect(refused).rejects.toThrow(/lines\[0\]\.serviceDate/)
    await expect(refused).rejects.toThrow(/lines\[0\]\.tooth/)
    await expect(refused).rejects.toThrow(/prise/)
  })

  it.each(['1,000.00', '1000.005', 'about 5', '-1.00'])('refuses the charge %s', async (charge) => {
    const claim = changedClaim((each) => {
      each['lines'] = [{ code: 'D1110', serviceDate: '2026-03-02', charge }]
    })
    await expect(renderMessages(options('summit-dental', { claim }))).rejects.toThrow(
      /lines\[0\]\.charge: no amount in USD/,
    )
  })

  it('names an unknown provider and settings that are none of its own', async () => {
    await expect(renderMessages(options('nobody'))).rejects.toThrow(/no adapter nobody/)
    const settings = path.join(SAMPLES, 'harbor-account.json')
    await expect(renderMessages(options('summit-dental', { settings }))).rejects.toThrow(/senderId/)
  })

  it('ends with one sentence and exit code 1 when it cannot render', async () => {
    const bin = path.join(import.meta.dirname, '../../../bin/claimhub.js')
    const { code, stderr } = await new Promise<{ code: unknown; stderr: string }>((resolve) => {
      execFile(process.execPath, [bin, 'render', '--provider', 'nobody', '--claim', CLAIM], (error, _, text) =>
        resolve({ code: error?.code, stderr: text }),
      )
    })
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(/^claimhub: [^\n]*no adapter nobody[^\n]*\n$/),
    })
  })
})
