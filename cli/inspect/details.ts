import type { ClaimDetails, LineDetails } from '../../domain/claims/dentistry/details.ts'
import { besideSupernumerary } from '../../domain/practice/tooth.ts'

/** What a service of a claim says beside its amounts. */
export interface DetailedService extends LineDetails {
  lineNumber: number
  tooth?: string
  /** By code, the main one first; absent where the line names none of its own. */
  diagnoses?: string[]
}

/** The dental details of a claim as a document says them. */
export interface ReadDetails extends ClaimDetails {
  lines: DetailedService[]
}

/**
 * The details, or undefined where the claim says nothing but its services, their ordinary teeth and
 * their amounts.
 */
export function toldDetails({ lines, ...claim }: ReadDetails): ReadDetails | undefined {
  const told = lines.map(known).filter((line) => Object.keys(line).length > 1)
  const ofClaim = known(claim)
  if (!told.some(saysMore) && Object.keys(ofClaim).length === 0) return undefined
  return { ...ofClaim, lines: told }
}

function saysMore({ lineNumber: _number, tooth, ...more }: DetailedService): boolean {
  return Object.keys(more).length > 0 || (tooth !== undefined && besideSupernumerary(tooth) !== null)
}

type Known<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>
}

/** An object without the properties that are undefined, null or empty text. */
export function known<T extends object>(given: T): Known<T> {
  return Object.fromEntries(
    Object.entries(given).filter(([, value]) => value !== undefined && value !== null && value !== ''),
  ) as Known<T>
}
