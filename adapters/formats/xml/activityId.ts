/**
 * Our submission number of the claim's first sending, then the line's control number in it:
 * resubmissions keep both.
 */
export function activityId(submissionNumber: string, controlNumber: string): string {
  return `${submissionNumber}-${controlNumber}`
}

/** The parts of an activity's ID that we made; null for anybody else's. */
export function readActivityId(id: string): { submissionNumber: string; controlNumber: string } | null {
  const match = /^([0-9A-HJKMNP-TV-Z]{16})-(.{1,40})$/i.exec(id)
  const [, submissionNumber, controlNumber] = match ?? []
  if (submissionNumber === undefined || controlNumber === undefined) return null
  return { submissionNumber: submissionNumber.toUpperCase(), controlNumber }
}
