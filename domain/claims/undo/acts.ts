/** What an act of a person or a posting is called where something of it is undone. */
export interface ActNames {
  noticeId: string | null
  remittanceId: string | null
  /** The key of the ledger transactions that the act posted, where it keeps it. */
  posting: string | null
}

export function actOfNotice(noticeId: string): string {
  return `notice:${noticeId}`
}

export function actOfRemittance(remittanceId: string): string {
  return `remittance:${remittanceId}`
}

/** All names under which an event may be undone. */
export function namesOf({ noticeId, remittanceId, posting }: ActNames): string[] {
  return [
    ...(noticeId === null ? [] : [actOfNotice(noticeId)]),
    ...(remittanceId === null ? [] : [actOfRemittance(remittanceId)]),
    ...(posting === null ? [] : [posting]),
  ]
}
