import { minorOf } from '../../../adapters/formats/fhir/amount.ts'
import { isObject, type JsonObject, type JsonValue } from '../../../adapters/formats/fhir/readJson.ts'
import { isCurrency, type Minor } from '../../../domain/amounts.ts'
import type { DocumentProblem } from '../report.ts'

/** What stands at a path of names and places; undefined where nothing does. */
export function look(value: JsonValue | undefined, ...path: (string | number)[]): JsonValue | undefined {
  let found = value
  for (const step of path) {
    if (typeof step === 'number') found = Array.isArray(found) ? found[step] : undefined
    else found = isObject(found) ? found[step] : undefined
  }
  return found
}

export function textAt(value: JsonValue | undefined, ...path: (string | number)[]): string | null {
  const found = look(value, ...path)
  return typeof found === 'string' && found !== '' ? found : null
}

/** The objects of a list; what is no object is left out. */
export function listAt(value: JsonValue | undefined, ...path: (string | number)[]): JsonObject[] {
  const found = look(value, ...path)
  return Array.isArray(found) ? found.filter((each) => isObject(each)) : []
}

/** The first code of a concept, whatever its system. */
export function codeAt(value: JsonValue | undefined, ...path: (string | number)[]): string | null {
  const concept = look(value, ...path)
  return textAt(concept, 'coding', 0, 'code') ?? textAt(concept, 'text')
}

/** The number of another resource: by identifier, or the last step of its reference. */
export function numberAt(value: JsonValue | undefined, ...path: (string | number)[]): string | null {
  const reference = look(value, ...path)
  return textAt(reference, 'identifier', 'value') ?? textAt(reference, 'reference')?.split('/').at(-1) ?? null
}

/**
 * Their own number of another resource, where it is named by our identifier and by their reference.
 */
export function referenceAt(value: JsonValue | undefined, ...path: (string | number)[]): string | null {
  const reference = look(value, ...path)
  if (textAt(reference, 'identifier', 'value') === null) return null
  return textAt(reference, 'reference')?.split('/').at(-1) ?? null
}

/** The first currency that any of these Money objects names; US dollars when none does. */
export function currencyOf(moneys: (JsonValue | undefined)[]): string {
  const stated = moneys.map((money) => textAt(money, 'currency')).find((currency) => currency !== null)
  return stated !== undefined && stated !== null && isCurrency(stated) ? stated : 'USD'
}

/** Reads Money objects of one currency; another one or no exact amount is a problem and null. */
export function moneyReader(currency: string, problems: DocumentProblem[]) {
  return (money: JsonValue | undefined, where: string, required: boolean): Minor | null => {
    if (money === undefined) {
      if (required) problems.push({ code: 'missing', where, message: 'the amount is missing' })
      return null
    }
    const digits = textAt(money, 'value')
    const stated = textAt(money, 'currency')
    const amount = digits === null ? null : minorOf(digits, currency)
    if (stated !== null && stated !== currency)
      problems.push({
        code: 'malformed',
        where,
        message: isCurrency(stated) ? 'another currency than the rest' : 'no currency that we know',
      })
    else if (amount === null) problems.push({ code: 'malformed', where, message: `not an exact amount in ${currency}` })
    else if (Math.abs(amount) < 1e13) return amount
    else problems.push({ code: 'malformed', where, message: 'larger than any payment' })
    return null
  }
}
export type MoneyReader = ReturnType<typeof moneyReader>

const DAY = /^\d{4}-\d{2}-\d{2}(?:T|$)/

/** A date that is there must be one. */
export function checkDay(text: string | null, where: string, problems: DocumentProblem[]): void {
  if (text !== null && !(DAY.test(text) && !Number.isNaN(Date.parse(text))))
    problems.push({ code: 'malformed', where, message: 'no day of the calendar' })
}
