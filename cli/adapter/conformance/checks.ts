import type { Check } from './check.ts'
import { askingChecks } from './rules/asking.ts'
import { caseChecks } from './rules/cases.ts'
import { codeChecks } from './rules/codes.ts'
import { declarationChecks } from './rules/declaration.ts'
import { dentistryChecks } from './rules/dentistry.ts'
import { hostileChecks } from './rules/hostile.ts'
import { meaningChecks } from './rules/meaning.ts'
import { otherCoverChecks } from './rules/otherCover.ts'
import { privacyChecks } from './rules/privacy.ts'
import { purposeChecks } from './rules/purposes.ts'
import { readingChecks } from './rules/reading.ts'
import { writingChecks } from './rules/writing.ts'
import type { Subject } from './subject.ts'
import { wireChecks } from './wire/wire.ts'

/** A chapter of the report. */
export interface Chapter {
  title: string
  checks: Check[]
}

/** Every rule that this adapter is held to, in the order of the report. */
export function chaptersFor(subject: Subject): Chapter[] {
  const { transport } = subject.adapter.declaration
  return [
    { title: 'Declaration', checks: declarationChecks },
    { title: 'Cases', checks: caseChecks(subject) },
    { title: 'What leaves', checks: [...writingChecks, ...dentistryChecks, ...purposeChecks, ...otherCoverChecks] },
    { title: 'People', checks: privacyChecks },
    { title: 'What comes back', checks: [...readingChecks, ...codeChecks, ...askingChecks] },
    { title: 'Hostile bytes', checks: hostileChecks },
    { title: 'What it means for the claim', checks: meaningChecks },
    { title: transport === 'manual' ? 'By hand' : `Over the wire: ${transport}`, checks: wireChecks(subject) },
  ]
}
