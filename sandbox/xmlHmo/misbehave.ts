import type { Response } from 'express'
import type { Faults } from '../faults.ts'
import { answerOrSpoil } from '../httpFaults.ts'

/** Sends an answer, or spoils it; a misled one is about another file. */
export function answer(faults: Faults, response: Response, xml: string): void {
  answerOrSpoil(faults, response, {
    status: 200,
    headers: { 'content-type': 'application/xml; charset=utf-8' },
    body: xml,
    misled: () => xml.replace(/_[0-9A-Z]{16}\.xml/g, '_0000000000000000.xml'),
  })
}
