/**
 * A claim keeps its ID over all resubmissions, so the activities say which sending is meant: our
 * submission number, then the line's control number.
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
