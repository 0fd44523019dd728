import { denialOf } from './adjudicate.ts'
import { fromFils } from './amounts.ts'
import type { AuthorisationSaid, BoxFile, GulfClaim } from './book.ts'

const ZONE_MS = 4 * 3_600_000

/** A file of the box as XML: exactly the same whenever it is downloaded. */
export function fileXml(file: BoxFile, facilityId: string): string {
  const { authorisation } = file
  return authorisation === null ? remittanceXml(file, facilityId) : authorisationXml(file.at, authorisation, facilityId)
}

function remittanceXml({ at, fileId, parts }: BoxFile, facilityId: string): string {
  const claims = parts.map(
    ({ claim, what, paid }) => `  <Claim>
    <ID>${escaped(claim.claimId)}</ID>
    <IDPayer>${claim.claimNumber}</IDPayer>
    <ProviderID>${escaped(claim.facilityId)}</ProviderID>
    <PaymentReference>TT-${fileId.slice(2)}</PaymentReference>
    <DateSettlement>${dubai(at).slice(0, 10)}</DateSettlement>
    <Encounter>
      <FacilityID>${escaped(claim.facilityId)}</FacilityID>
    </Encounter>
${activitiesXml(claim, what, paid)}  </Claim>
`,
  )
  return `<?xml version="1.0" encoding="utf-8"?>
<Remittance.Advice xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
${headerXml(at, facilityId, parts.length)}${claims.join('')}</Remittance.Advice>
`
}

function activitiesXml(claim: GulfClaim, what: string, paid: (number | null)[]): string {
  return claim.activities
    .map((activity, index) => {
      const amount = paid[index] ?? null
      return amount === null ? '' : activityXml(activity, amount, denialOf(claim, what, activity.net, amount))
    })
    .join('')
}

function activityXml(
  { id, start, code, net, clinician }: GulfClaim['activities'][number],
  paid: number,
  denial: string | null,
): string {
  const why = denial === null ? '' : `\n      <DenialCode>${denial}</DenialCode>`
  return `    <Activity>
      <ID>${escaped(id)}</ID>
      <Start>${escaped(start)}</Start>
      <Type>6</Type>
      <Code>${escaped(code)}</Code>
      <Quantity>1</Quantity>
      <Net>${fromFils(net)}</Net>
      <Clinician>${escaped(clinician)}</Clinician>
      <PaymentAmount>${fromFils(paid)}</PaymentAmount>${why}
    </Activity>
`
}

function authorisationXml(at: string, said: AuthorisationSaid, facilityId: string): string {
  const { granted, requestId, number, start, end, limit } = said
  return `<?xml version="1.0" encoding="utf-8"?>
<Prior.Authorization>
${headerXml(at, facilityId, 1)}  <Authorization>
    <Result>${granted ? 'Yes' : 'No'}</Result>
    <ID>${escaped(requestId)}</ID>
    <IDPayer>${escaped(number)}</IDPayer>${granted ? '' : '\n    <DenialCode>MNEC-003</DenialCode>'}
    <Start>${escaped(start)}</Start>
    <End>${escaped(end)}</End>
    <Limit>${escaped(limit)}</Limit>
  </Authorization>
</Prior.Authorization>
`
}

function headerXml(at: string, facilityId: string, records: number): string {
  return `  <Header>
    <SenderID>INS026</SenderID>
    <ReceiverID>${escaped(facilityId)}</ReceiverID>
    <TransactionDate>${dubai(at)}</TransactionDate>
    <RecordCount>${records}</RecordCount>
    <DispositionFlag>PRODUCTION</DispositionFlag>
  </Header>
`
}

/** dd/MM/yyyy HH:mm in Dubai, which has no summer time. */
export function dubai(at: string): string {
  const local = new Date(Date.parse(at) + ZONE_MS).toISOString()
  return `${local.slice(8, 10)}/${local.slice(5, 7)}/${local.slice(0, 4)} ${local.slice(11, 16)}`
}

export function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`)
}
