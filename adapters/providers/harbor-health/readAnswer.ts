import type { Reference, Said } from '../../../domain/claim.ts'
import type { Answer, InMessage } from '../../contract.ts'
import { codeIn, type Identifier, idIn } from '../../formats/fhir/datatypes.ts'
import { type JsonValue, readJson } from '../../formats/fhir/readJson.ts'
import {
  claimEcho,
  claimResponse,
  communicationEcho,
  type OperationOutcome,
  operationOutcome,
} from '../../formats/fhir/resources.ts'
import { SYSTEMS as OURS } from '../../formats/fhir/systems.ts'
import { ourWord } from '../../formats/ourWord.ts'
import { ISSUES, ORIGINAL_EXTENSION, SYSTEMS } from './codes.ts'

/**
 * What the answer to a POST means. Taken only when it names our own submission and a claim number
 * of theirs (failures B8, B9); refused only in Harbor's own words, an OperationOutcome below 500.
 */
export function readAnswer(answer: InMessage): Answer {
  if (answer.transport !== 'http') return unknown('it did not come over HTTP')
  const read = readJson(answer.body)
  if (!read.ok) return unknown(`the answer (${answer.status}) cannot be read: ${read.because}`)
  const ours = answer.about?.toUpperCase()
  if (answer.status === 200 || answer.status === 201) return readTaken(read.value, ours)
  const outcome = operationOutcome.safeParse(read.value)
  if (answer.status < 400 || answer.status >= 500 || !outcome.success) {
    return unknown(`the answer (${answer.status}) is none that Harbor Health gives`)
  }
  return readOutcome(outcome.data, ours)
}

function readTaken(value: JsonValue, ours: string | undefined): Answer {
  const echo = claimEcho.safeParse(value)
  if (echo.success) return taken(echo.data.identifier ?? [], echo.data.id ?? null, ours)
  const papers = communicationEcho.safeParse(value)
  if (papers.success) return papersTaken(papers.data.identifier ?? [], ours)
  const response = claimResponse.safeParse(value)
  if (!response.success) return unknown('the answer is neither a Claim, a ClaimResponse nor a Communication')
  const { request } = response.data
  return taken(request?.identifier ? [request.identifier] : [], idIn(request, 'Claim'), ours)
}

function taken(identifiers: Identifier[], claimNumber: string | null, ours: string | undefined): Answer {
  if (ours === undefined || !identifiers.some((each) => isOurs(each, ours)))
    return unknown('the answer is about another claim')
  if (!claimNumber) return unknown('the answer gives no claim number')
  const references: Reference[] = [{ type: 'claim-number', value: claimNumber }]
  return { kind: 'taken', references, facts: [], said: [] }
}

/** Harbor has the papers of a supplement; it gives them no claim number. */
function papersTaken(identifiers: Identifier[], ours: string | undefined): Answer {
  if (ours === undefined || !identifiers.some((each) => isOurs(each, ours)))
    return unknown('the answer is about other papers')
  return { kind: 'taken', references: [], facts: [], said: [] }
}

function isOurs({ system, value }: Identifier, ours: string): boolean {
  return (system === undefined || system === OURS.submissionNumber) && value?.toUpperCase() === ours
}

function readOutcome(outcome: OperationOutcome, ours: string | undefined): Answer {
  const codes = outcome.issue.map((issue) => codeIn(issue.details, SYSTEMS.issue))
  const words = codes.map((code) => ourWord(ISSUES, code))
  if (words.includes('key_reused'))
    return unknown('Harbor Health says that the idempotency key carried other bytes before')
  if (words.includes('duplicate')) {
    const original = outcome.extension?.find(({ url }) => url === ORIGINAL_EXTENSION)?.valueReference
    if (original?.identifier === undefined) return unknown('the answer says duplicate and does not say of what')
    // A duplicate of this very submission is proof of its arrival; of another one it is a refusal
    // (failure B14).
    const same = taken([original.identifier], idIn(original, 'Claim'), ours)
    if (same.kind === 'taken') return same
  }
  return { kind: 'refused', said: saidOf(outcome) }
}

/** Their words, kept. */
export function saidOf(outcome: OperationOutcome): Said[] {
  return outcome.issue.map((issue) => {
    const code = codeIn(issue.details, SYSTEMS.issue) ?? issue.code
    const text = issue.diagnostics ?? issue.details?.text
    return { list: 'issue', code, ...(text === undefined ? {} : { text }) }
  })
}

function unknown(because: string): Answer {
  return { kind: 'unknown', because }
}
