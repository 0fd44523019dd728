import type { SubmissionLine } from '../../../domain/claim.ts'
import { FormatRefusal } from '../../../domain/claims/formatRefusal.ts'
import { besideSupernumerary, parseTooth, toFdi } from '../../../domain/practice/tooth.ts'
import { SYSTEMS } from './systems.ts'
import type { JsonOut } from './writeJson.ts'

export function concept(system: string, code: string): JsonOut {
  return { coding: [{ system, code }] }
}

/**
 * A tooth in FDI. A supernumerary one has no number there: it goes in the universal notation, whose
 * system says so. Throws on a tooth that the domain should have refused.
 */
export function toothConcept(tooth: string): JsonOut {
  if (besideSupernumerary(tooth) !== null) return concept(SYSTEMS.universalTooth, tooth)
  const fdi = toFdi(tooth)
  if (fdi === null) throw new Error('a tooth is not in universal notation')
  return concept(toothSystem(fdi), fdi)
}

/** Facial is vestibular in FDI; the other letters are the same (source: HL7 FDI-surface). */
const SURFACES: Readonly<Record<string, string>> = { M: 'M', O: 'O', D: 'D', B: 'B', F: 'V', L: 'L', I: 'I' }

/**
 * Where in the mouth: a tooth in FDI with its surfaces, or an area. Throws on a tooth or surface
 * that the domain should have refused, and on surfaces without a tooth.
 */
export function bodyPart(line: SubmissionLine): { bodySite?: JsonOut; subSite?: JsonOut[] } {
  if (line.tooth === undefined && line.surfaces !== undefined)
    throw new FormatRefusal('Claim.item.subSite', `line ${line.lineNumber} has surfaces without a tooth: add the tooth`)
  if (line.tooth !== undefined && parseTooth(line.tooth) === null)
    throw new Error(`line ${line.lineNumber}: the tooth is not in universal notation`)
  if (line.tooth === undefined) return line.area === undefined ? {} : { bodySite: concept(SYSTEMS.fdiArea, line.area) }
  return {
    bodySite: toothConcept(line.tooth),
    subSite: [...(line.surfaces ?? '')].map((surface) => concept(SYSTEMS.fdiSurface, surfaceOf(surface, line))),
  }
}

/** HL7's ex-tooth has the permanent teeth 11 to 48 only; ISO 3950 has every tooth. */
function toothSystem(fdi: string): string {
  return /^[1-4][1-8]$/.test(fdi) ? SYSTEMS.fdiTooth : SYSTEMS.isoTooth
}

function surfaceOf(surface: string, line: SubmissionLine): string {
  const theirs = SURFACES[surface]
  if (theirs === undefined) throw new Error(`line ${line.lineNumber}: a surface is not one of M O D B F L I`)
  return theirs
}
