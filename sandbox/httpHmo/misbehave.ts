import type { Response } from 'express'
import type { Faults } from '../faults.ts'
import { answerOrSpoil } from '../httpFaults.ts'

/** Sends an answer, or spoils it; a misled one is about another claim. */
export function answer(
  faults: Faults,
  response: Response,
  { status, headers, body }: { status: number; headers?: Record<string, string>; body: string },
): void {
  answerOrSpoil(faults, response, {
    status,
    headers: { ...headers, 'content-type': 'application/fhir+json' },
    body,
    misled: () => body.replace(/"value":"[0-9A-Z]{16}"/g, '"value":"0000000000000000"'),
  })
}
