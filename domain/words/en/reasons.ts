import { moneyInWords } from '../../amounts.ts'
import { codesOf, type Reason } from '../reasons.ts'
import type { Setting } from '../sentences.ts'
import { codeInWords, ENTITIES, FIELDS } from './codes.ts'

/** Reasons that a sentence names; how many more there are follows. */
const MOST_REASONS = 6

type Currency = Pick<Setting, 'currency'>

export function reasons(all: readonly Reason[], setting: Currency): string {
  if (all.length === 0) return 'no reason was given'
  const named = all.slice(0, MOST_REASONS).map((each) => reason(each, setting))
  const more = all.length - named.length
  return named.join('; ') + (more === 0 ? '' : `; and ${more} more`)
}

export function reason({ lineNumber, amount, said }: Reason, setting: Currency): string {
  const where = lineNumber === null ? '' : `line ${lineNumber}: `
  const how = amount === null ? '' : `${moneyInWords(amount, setting.currency)} not paid, `
  const codes = codesOf(said)
  const beside = codes.length === 0 ? '' : ` (${codes.join(', ')})`
  return `${where}${how}${whatIsWrong({ lineNumber, amount, said })}${beside}`
}

/** A status of a 277 names the field and whose it is; every other code has its own text. */
function whatIsWrong({ said }: Reason): string {
  const codeOf = (list: RegExp) => said.find((each) => list.test(each.list ?? ''))?.code
  const field = FIELDS[codeOf(/^277.* status$/) ?? '']
  const whose = ENTITIES[codeOf(/^277.* entity$/) ?? '']
  const category = codeInWords('277 category', codeOf(/^277.* category$/) ?? '')
  if (field !== undefined) {
    const named = whose === undefined ? field.name : `${field.name} of ${whose}`
    return `${named}: ${category ?? 'not accepted'}; ${field.remedy}`
  }
  const texts = said.flatMap(({ list, code }) => (code === undefined ? [] : (codeInWords(list ?? '', code) ?? [])))
  if (texts.length > 0) return texts.join('; ')
  return codesOf(said).length > 0 ? 'for the provider’s reason' : 'for the reason in the provider’s own words'
}
