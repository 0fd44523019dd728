import type { Said } from '../../../domain/claim.ts'
import type { ProviderFact } from '../../../domain/claims/claimEvents.ts'
import type { LineDecision } from '../../../domain/money/lineDecision.ts'
import type { Context, Notice } from '../../contract.ts'
import { codeIn, instantOf } from '../../formats/fhir/datatypes.ts'
import { patientSaid } from '../../formats/fhir/patientMarks.ts'
import type { JsonObject } from '../../formats/fhir/readJson.ts'
import { type ClaimResponse, claimResponse } from '../../formats/fhir/resources.ts'
import { ourWord } from '../../formats/ourWord.ts'
import { ERRORS, STAGE_EXTENSION, STAGES, SYSTEMS } from './codes.ts'
import type { HarborSettings } from './declaration.ts'
import { headerDoubt, lineDecision, lineMarks } from './lineDecision.ts'
import { matchClaim } from './matchClaim.ts'

/**
 * Reads one ClaimResponse. `outcome` says how far the processing is; what was decided stands in the
 * adjudications.
 */
export function decodeClaimResponse(resource: JsonObject, ctx: Context<HarborSettings>): Notice {
  const read = claimResponse.safeParse(resource)
  if (!read.success) return { kind: 'unreadable', because: `a ClaimResponse lacks or garbles ${placeOf(read.error)}` }
  const response = read.data
  const match = matchClaim(response.request)
  const at = instantOf(response.created) ?? instantOf(response.meta?.lastUpdated)
  const { fact, said } = read.data.status === 'active' ? factOf(response, ctx) : other('status', response.status)
  const words: Said[] = response.disposition === undefined ? said : [...said, { text: response.disposition }]
  const { marks, correction } = patientSaid(response.patient, response.contained)
  const lines =
    fact.type === 'decided' ? { lines: (response.item ?? []).map((item) => lineMarks(item, ctx.currency)) } : {}
  const allMarks = { ...marks, ...lines }
  return {
    kind: 'claim',
    match: Object.keys(allMarks).length === 0 ? match : { ...match, marks: allMarks },
    fact,
    ...(at === undefined ? {} : { at }),
    said: words,
    references: match.references,
    ...(correction === undefined ? {} : { correction }),
  }
}

interface Reading {
  fact: ProviderFact
  said: Said[]
}

function factOf(response: ClaimResponse, ctx: Context<HarborSettings>): Reading {
  if (response.use !== undefined && response.use !== 'claim') return other('use', response.use)
  switch (response.outcome) {
    case 'queued':
      return underway(response)
    case 'complete':
    case 'partial':
      return decided(response, ctx)
    case 'error':
      return failed(response)
    default:
      return other('outcome', response.outcome)
  }
}

/** Queued without a stage is FHIR's own "received, processing has not begun". */
function underway(response: ClaimResponse): Reading {
  const stage = response.extension?.find(({ url }) => url === STAGE_EXTENSION)?.valueCode
  if (stage === undefined) return { fact: { type: 'received' }, said: [] }
  const said = [{ list: 'claim-stage', code: stage }]
  const word = ourWord(STAGES, stage)
  return { fact: { type: word ?? 'other' }, said }
}

/**
 * Amounts that stand only in the header or in added items are of no line of ours: a person reads
 * them. Lines that a partial answer leaves out stay undecided. Lines that the payer added are for a
 * person.
 */
function decided(response: ClaimResponse, ctx: Context<HarborSettings>): Reading {
  if (response.addItem && response.addItem.length > 0) return other('addItem', String(response.addItem.length))
  const items = response.item ?? []
  const lines: LineDecision[] = []
  for (const item of items) {
    const line = lineDecision(item, ctx.currency)
    if (line.kind === 'doubt') return { fact: { type: 'other' }, said: [line.said] }
    lines.push(line.decision)
  }
  const repeated = new Set(lines.map((line) => line.lineNumber)).size < lines.length
  if (repeated) return other('item', 'repeated')
  const doubt = headerDoubt(response.adjudication ?? [], lines, ctx.currency)
  if (doubt !== null) return { fact: { type: 'other' }, said: [doubt] }
  if (lines.length === 0) return other('item', 'none')
  return { fact: { type: 'decided', lines }, said: [] }
}

/**
 * An error before any adjudication is a front-end rejection; an error with adjudications
 * contradicts itself.
 */
function failed(response: ClaimResponse): Reading {
  if ((response.item ?? []).length > 0) return other('outcome', 'error')
  const said = (response.error ?? []).map(({ code, itemSequence }): Said => {
    const text = [code.text, itemSequence === undefined ? undefined : `line ${itemSequence}`].filter(
      (word) => word !== undefined,
    )
    return {
      list: 'claim-error',
      code: codeIn(code, SYSTEMS.error) ?? 'unknown',
      ...(text.length === 0 ? {} : { text: text.join(', ') }),
    }
  })
  const copies = said.length > 0 && said.every(({ code = null }) => ourWord(ERRORS, code) === 'duplicate')
  return { fact: { type: copies ? 'duplicate_denial' : 'rejected_front_end' }, said }
}

function other(list: string, code: string): Reading {
  return { fact: { type: 'other' }, said: [{ list, code }] }
}

function placeOf(error: { issues: { path: PropertyKey[] }[] }): string {
  return error.issues[0]?.path.map(String).join('.') || 'its shape'
}
