import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { minorOf } from '../../../adapters/formats/fhir/amount.ts'
import { isObject, type JsonObject, readJson } from '../../../adapters/formats/fhir/readJson.ts'
import { harborHealth } from '../../../adapters/providers/harbor-health/index.ts'
import { allAdapters } from '../../../adapters/registry.ts'
import type { Submission } from '../../../domain/claim.ts'
import { context } from './context.ts'
import { sampleSubmission } from './sampleSubmission.ts'

async function written(
  submission: Submission,
  attachments: Record<string, string> = { 'att-1': 'AAAA' },
): Promise<{ bytes: string; claim: JsonObject }> {
  const ctx = context(attachments)
  const messages = await harborHealth.assemble([await harborHealth.encode(submission, ctx)], ctx)
  const [message] = messages
  if (messages.length !== 1 || !message?.body) throw new Error('one message was expected')
  const read = readJson(message.body)
  if (!read.ok || !isObject(read.value)) throw new Error('it wrote no JSON object')
  return { bytes: new TextDecoder().decode(message.body), claim: read.value }
}

/** Follows a path such as `item.0.net.value`. */
function at(value: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((inner, step) => (inner as Record<string, unknown> | undefined)?.[step], value)
}

describe('a Claim as it leaves', () => {
  it('is the same bytes for the same submission, which stays as it was', async () => {
    const submission = sampleSubmission()
    const before = structuredClone(submission)
    expect((await written(submission)).bytes).toBe((await written(sampleSubmission())).bytes)
    expect(submission).toEqual(before)
  })

  it('adds up to the cent and keeps names, for any submission', async () => {
    const line = fc.record({
      charge: fc.integer({ min: 0, max: 90_000_000_000 }),
      tooth: fc.constantFrom('1', '32', '14', 'A', 'T'),
      surfaces: fc.constantFrom('M', 'MOD', 'FI'),
    })
    const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }).filter((text) => !text.includes('\u0000'))
    await fc.assert(
      fc.asyncProperty(fc.array(line, { minLength: 1, maxLength: 50 }), name, async (lines, family) => {
        const base = sampleSubmission()
        const submission: Submission = {
          ...base,
          patient: { ...base.patient, family },
          total: lines.reduce((sum, { charge }) => sum + charge, 0),
          lines: lines.map((each, index) => ({
            lineNumber: index + 1,
            controlNumber: `L${index + 1}`,
            code: 'D2392',
            serviceDate: '2026-11-02',
            quantity: 1,
            ...each,
          })),
        }
        const { claim } = await written(submission)
        const nets = lines.map((_, index) => minorOf(String(at(claim, `item.${index}.net.value`)), 'PHP'))
        expect(nets).toEqual(lines.map(({ charge }) => charge))
        expect(minorOf(String(at(claim, 'total.value')), 'PHP')).toBe(submission.total)
        expect(at(claim, 'contained.0.name.0.family')).toBe(family)
        expect(at(claim, 'identifier.0.value')).toBe(submission.submissionNumber)
      }),
      { numRuns: 60 },
    )
  })

  it('has one patient when the patient is the subscriber', async () => {
    const base = sampleSubmission()
    const { claim } = await written({
      ...base,
      enrolment: { ...base.enrolment, relationship: 'self', subscriber: base.patient },
    })
    const contained = claim.contained as JsonObject[]
    expect(contained.filter((each) => each.resourceType === 'Patient')).toHaveLength(1)
    expect(contained.find((each) => each.resourceType === 'Coverage')).toMatchObject({
      subscriber: { reference: '#patient' },
    })
  })

  it('marks test claims, and only them', async () => {
    const ctx = { ...context({ 'att-1': 'AAAA' }), mode: 'test' as const }
    expect(JSON.stringify((await harborHealth.encode(sampleSubmission(), ctx)).content)).toContain('HTEST')
    expect((await written(sampleSubmission())).bytes).not.toContain('HTEST')
  })

  it('never leaves as an original when it is a correction without a reference', async () => {
    const base = sampleSubmission({ attachments: [] })
    const replacement: Submission = { ...base, purpose: 'replacement', originalSubmissionNumber: 'AAAABBBBCCCCDDDD' }
    expect(() => harborHealth.encode(replacement, context())).toThrow('C-2026-000123')
    expect(() => harborHealth.encode({ ...base, purpose: 'void' }, context())).toThrow('reference')
  })

  it('names no person when it cannot be written', () => {
    const base = sampleSubmission()
    const lines = base.lines.map((line) => ({ ...line, tooth: '99' }))
    expect(() => harborHealth.encode({ ...base, lines }, context({ 'att-1': 'AAAA' }))).toThrow(
      /^line 1: the tooth is not in universal notation$/,
    )
  })

  it('larger than 30 MB is not sent', async () => {
    const huge = Buffer.alloc(24 * 1024 * 1024).toString('base64')
    await expect(written(sampleSubmission(), { 'att-1': huge })).rejects.toThrow('larger than 30 MB')
  })
})

describe('the declaration', () => {
  it('is registered under its folder\u2019s name, and refuses empty settings', () => {
    expect(allAdapters().some((adapter) => adapter.declaration.id === 'harbor-health')).toBe(true)
    expect(harborHealth.declaration.settings.safeParse({}).success).toBe(false)
    expect(harborHealth.declaration.settings.safeParse({ payerId: 'HARBOR', facilityId: 'F', extra: 1 }).success).toBe(
      false,
    )
  })
})
