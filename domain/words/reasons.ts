import type { Minor } from '../amounts.ts'
import type { Said } from '../claim.ts'
import type { LineDecision } from '../money/lineDecision.ts'

/** One reason why the provider turned down a claim, or a part of it. */
export interface Reason {
  /** Null: of the claim as a whole. */
  lineNumber: number | null
  /** What is not paid for this reason, when it says so. */
  amount: Minor | null
  /** Codes that belong together (a category, what it is about, whose it is), and the words. */
  said: Said[]
}

/** Said of the report, not of the claim. */
const OF_THE_REPORT = ['277 source']

/**
 * The reasons in what was said of a claim and of its lines: each denied amount with its own codes;
 * of the claim as a whole what no line says. A category begins a reason of several codes (X12 277,
 * STC01: category, status, entity).
 */
export function reasonsOf(lines: readonly LineDecision[], said: readonly Said[]): Reason[] {
  const ofLines = lines.flatMap(lineReasons)
  const known = new Set(ofLines.flatMap((reason) => reason.said.map(keyOf)))
  const ofClaim = grouped(said.filter((each) => !OF_THE_REPORT.includes(each.list ?? '') && !known.has(keyOf(each))))
  return [...ofLines, ...ofClaim.map((group) => ({ lineNumber: null, amount: null, said: group }))]
}

function lineReasons({ lineNumber, outcome, adjustments, said = [] }: LineDecision): Reason[] {
  if (outcome === 'approved' || outcome === 'pending') return []
  const turnedDown = adjustments.filter(
    ({ bucket, amount }) => amount > 0 && (bucket === 'denied' || (outcome === 'denied' && bucket !== 'contractual')),
  )
  const withRemarks = (reason: Said, index: number) => (index === 0 ? [reason, ...said] : [reason])
  const reasons = turnedDown.map((each, index) => ({
    lineNumber,
    amount: each.amount,
    said: withRemarks(each.said, index).filter(saysSomething),
  }))
  if (reasons.length > 0 || said.length === 0) return reasons
  return [{ lineNumber, amount: null, said }]
}

function grouped(said: readonly Said[]): Said[][] {
  const groups: Said[][] = []
  for (const each of said.filter(saysSomething)) {
    const belongs = /(?:status|entity)$/.test(each.list ?? '') && /^277/.test(each.list ?? '')
    const last = groups.at(-1)
    if (belongs && last !== undefined) last.push(each)
    else groups.push([each])
  }
  return groups
}

function saysSomething({ code, text }: Said): boolean {
  return code !== undefined || text !== undefined
}

function keyOf({ list, code, text }: Said): string {
  return `${list ?? ''} ${code ?? text ?? ''}`
}

/** The codes of a reason as people look them up: "CARC 96", "277 category A7, 277 status 164". */
export function codesOf(said: readonly Said[]): string[] {
  return said.flatMap(({ list, code }) => (code === undefined ? [] : [list === undefined ? code : `${list} ${code}`]))
}

/** The provider's own words; null when it gave codes only. They may name a patient. */
export function ownWords(said: readonly Said[]): string | null {
  const texts = said.flatMap(({ text }) => (text === undefined || text === '' ? [] : [text]))
  return texts.length === 0 ? null : texts.join('; ')
}
