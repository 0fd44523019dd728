import { unzipSync } from 'fflate'
import type { ClaimShown } from './client.ts'
import type { Guide } from './guide.ts'

/** What a person does with an HMO that has a portal and nothing else. */
export interface BillingPerson {
  /** Waits until the packet lies ready and is on the worklist; answers the names of its files. */
  packet(claimId: string): Promise<string[]>
  /** Files the packet at the portal, and says so. */
  file(claimId: string, reference?: string): Promise<void>
  /** Downloads the portal's list of claims, where this one has the status, and puts it in. */
  claimList(claim: ClaimShown, status: string, remarks?: string): Promise<void>
  /**
   * Downloads the portal's list of payments with these lines of the claim, and puts it in. The list
   * may name the claim by the numbers of another one, as where a correction was paid.
   */
  payments(claim: ClaimShown, lines: KeyedPayment[], check: string, named?: ClaimShown): Promise<void>
}

export interface KeyedPayment {
  lineNumber: number
  code: string
  claimed: number
  paid: number
  memberShare?: number
  notCovered?: number
  remarks?: string
}

export function personFor(guide: Guide): BillingPerson {
  const { api } = guide
  const put = ({ connectionId }: ClaimShown, csv: string) =>
    api.upload(`/v1/connections/${connectionId}/documents`, 'text/csv', new TextEncoder().encode(csv))
  return {
    async packet(claimId) {
      await guide.until(claimId, 'a packet to file', (claim) => claim.delivery === 'WAITING' && claim.attention)
      return Object.keys(unzipSync(await api.download(`/v1/claims/${claimId}/packet`)))
    },
    async file(claimId, reference) {
      const how = { filedOn: guide.today(), channel: 'portal', ...(reference === undefined ? {} : { reference }) }
      await api.post(`/v1/claims/${claimId}/filed`, how)
    },
    claimList: (claim, status, remarks = '') =>
      put(
        claim,
        `Your reference,Claim number,Status,Status date,Remarks\n${numberOf(claim)},${theirs(claim)},${status},${guide.today()},${remarks}\nTotal,1,End of list,${guide.today()},\n`,
      ),
    payments(claim, lines, check, named = claim) {
      const paid = `${check},${guide.today()}`
      const rows = lines.map((line) => {
        const shares = `,${amount(line.memberShare)},${amount(line.notCovered)},${line.remarks ?? ''}`
        return `${numberOf(named)},${theirs(named)},${line.lineNumber},${line.code},${amount(line.claimed)},${amount(line.paid)},${shares},${paid}`
      })
      const sum = (part: 'claimed' | 'paid') => amount(lines.reduce((total, line) => total + line[part], 0))
      return put(
        claim,
        [PAYMENT_TITLES, ...rows, `Total,,,,${sum('claimed')},${sum('paid')},,,,,${paid}`, ''].join('\n'),
      )
    },
  }
}

const PAYMENT_TITLES =
  'Your reference,Claim number,Line,Procedure,Claimed,Paid,Plan discount,Member share,Not covered,Remarks,Check number,Check date'

function numberOf({ submissions }: ClaimShown): string {
  const sent = submissions.find(({ purpose }) => purpose !== 'void')
  if (sent === undefined) throw new Error('the claim was not submitted')
  return sent.submissionNumber
}

function theirs({ references, claimNumber }: ClaimShown): string {
  return references.find(({ type }) => type === 'claim-number')?.value ?? `LC-${claimNumber}`
}

/** The portal writes plain decimals; a peso has 100 centavos. */
function amount(minor = 0): string {
  return `${Math.floor(minor / 100)}.${String(minor % 100).padStart(2, '0')}`
}
