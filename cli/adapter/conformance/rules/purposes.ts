import { isDeepStrictEqual } from 'node:util'
import { PURPOSES, type Purpose } from '../../../../domain/claim.ts'
import { type Check, demand } from '../check.ts'
import { claimWith, correction, demandWriting, ORIGINAL_NUMBER, ORIGINAL_REFERENCE, tryToWrite } from '../claims.ts'
import { labelsOf, wordsOf } from '../texts.ts'

/**
 * Each purpose is carried with the original's reference, or refused: never sent as an original
 * claim.
 */
export const purposeChecks: Check[] = [
  ...PURPOSES.map(purposeCheck),
  {
    name: 'correction-needs-its-original',
    rule: 'a correction that names no original is refused: it would be booked as a second claim',
    unless: ({ adapter }) =>
      adapter.declaration.purposes.some((purpose) => purpose !== 'new') ? null : 'no corrections are declared',
    run: async (subject) => {
      await demandWriting(subject)
      for (const purpose of subject.adapter.declaration.purposes.filter((each) => each !== 'new')) {
        const written = await tryToWrite(subject, claimWith(subject, { purpose }))
        demand(written instanceof Error, `a ${purpose} without any reference of its original leaves`)
      }
    },
  },
]

function purposeCheck(purpose: Purpose): Check {
  return {
    name: `purpose-${purpose}`,
    rule:
      purpose === 'new'
        ? 'an original claim is carried'
        : `${purpose} is carried with the original’s reference if it is declared, and refused if not`,
    run: async (subject) => {
      await demandWriting(subject)
      const written = await tryToWrite(subject, correction(subject, purpose))
      if (!subject.adapter.declaration.purposes.includes(purpose))
        return demand(written instanceof Error, 'it is not declared, and it leaves')
      if (written instanceof Error) return demand(false, `it is declared, and it is refused: ${written.message}`)
      if (purpose === 'new') return
      const said = `${await wordsOf(written)}\n${labelsOf(written)}`
      const named = said.includes(ORIGINAL_REFERENCE) || said.includes(ORIGINAL_NUMBER)
      demand(named, 'the original is named neither by the provider’s number nor by ours')
      const original = await subject.write([correction(subject, 'new')])
      const sameBytes = isDeepStrictEqual(
        original.map(({ body }) => body),
        written.map(({ body }) => body),
      )
      demand(!sameBytes, 'it is the same bytes as the original claim')
    },
  }
}
