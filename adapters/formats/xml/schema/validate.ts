import { type ErrorDetail, XmlDocument, XmlLibError, XsdValidator } from 'libxml2-wasm'
import { SCHEMAS, type SchemaName } from './schemas.ts'

/**
 * Where a document breaks its schema and by which rule: "Claim 2, Activity, Net: facet pattern".
 * Quotes no value.
 */
export interface SchemaProblem {
  where: string
  rule: string
}

/**
 * Checks a document that `readXml` has let through, by our own XSD of its kind. Empty: it is valid.
 */
export function schemaProblems(text: string, schema: SchemaName): SchemaProblem[] {
  const document = parsed(text)
  if (document === null) return [{ where: 'the document', rule: 'it is not well-formed' }]
  try {
    validatorOf(schema).validate(document)
    return []
  } catch (error) {
    if (!(error instanceof XmlLibError)) throw error
    return error.details.map(problemOf)
  } finally {
    document.dispose()
  }
}

function parsed(text: string): XmlDocument | null {
  try {
    return XmlDocument.fromString(text)
  } catch {
    return null
  }
}

/** Whether a document that `scan` has let through is well-formed. */
export function wellFormed(text: string): boolean {
  const document = parsed(text)
  document?.dispose()
  return document !== null
}

/** The first problem in one sentence, and how many more there are. */
export function schemaSentence([first, ...more]: SchemaProblem[]): string {
  const rest = more.length === 0 ? '' : ` (and ${more.length} more)`
  return first === undefined ? 'it is valid' : `${first.where}: ${first.rule}${rest}`
}

/**
 * Compiling costs a hundred validations. Memory of the library is its own: a schema lives as long
 * as the process.
 */
const validators = new Map<SchemaName, XsdValidator>()

function validatorOf(schema: SchemaName): XsdValidator {
  const known = validators.get(schema)
  if (known) return known
  const document = XmlDocument.fromString(SCHEMAS[schema])
  try {
    const made = XsdValidator.fromDoc(document)
    validators.set(schema, made)
    return made
  } finally {
    document.dispose()
  }
}

function problemOf(detail: ErrorDetail & { xpath?: string }): SchemaProblem {
  return { where: placeOf(detail.xpath), rule: ruleOf(detail.message) }
}

/** `/Claim.Submission/Claim[2]/Activity/Net` as a person says it; the root says nothing. */
function placeOf(xpath: string | undefined): string {
  const steps = (xpath ?? '').split('/').slice(2)
  const words = steps.map((step) => step.replace(/\[(\d+)\]$/, ' $1'))
  return words.length === 0 ? 'the document' : words.join(', ')
}

/** The library's sentence without the value that it quotes. */
function ruleOf(message: string): string {
  const facet = /\[facet '(\w+)'\]/.exec(message)?.[1]
  if (facet !== undefined) return `its value breaks the rule ${facet}`
  const expected = /Expected is (?:one of )?\( ([\w., *#{}]+) \)/.exec(message)?.[1]
  if (message.includes('Missing child element')) return `something is missing (${expected ?? 'see the schema'})`
  if (message.includes('not expected')) return `not expected here${expected === undefined ? '' : `, but ${expected}`}`
  if (message.includes('No matching global declaration')) return 'it is a document of another kind'
  return 'its value is malformed'
}
