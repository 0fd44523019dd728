import type { BatchContext, HttpIn } from '../../../adapters/contract.ts'
import type { GulfSettings } from '../../../adapters/providers/gulf-dental/settings.ts'

export const NUMBER = 'K7Q2M4X8Z1B3C5D9'

export const SETTINGS: GulfSettings = { facilityId: 'DHA-F-0001234', receiverId: 'INS026', payerId: 'INS026' }

export function context(over: Partial<BatchContext<GulfSettings>> = {}): BatchContext<GulfSettings> {
  return {
    settings: SETTINGS,
    mode: 'production',
    currency: 'AED',
    now: '2026-12-01T08:30:00.000Z',
    zone: 'Asia/Dubai',
    interchangeId: '0190a000-0000-7000-8000-00000000000a',
    controlNumber: 7,
    attachment: () => new Uint8Array([137, 80, 78, 71]),
    ...over,
  }
}

export function incoming(text: string, about?: string): HttpIn {
  const head = { transport: 'http' as const, status: 200, headers: { 'content-type': 'application/xml' } }
  return { ...head, body: new TextEncoder().encode(text), ...(about === undefined ? {} : { about }) }
}

export interface Paid {
  id?: string
  net?: string
  gross?: string | null
  share?: string | null
  paid?: string
  denial?: string
}

/** A Remittance.Advice of one claim. */
export function advice(claim: {
  id?: string
  idPayer?: string
  denial?: string
  reference?: string
  settled?: string
  activities?: Paid[]
}): string {
  const { id = NUMBER, idPayer = 'GD-000001', denial, reference = 'TT-1001', settled = '30/11/2026' } = claim
  return document([
    `<ID>${id}</ID><IDPayer>${idPayer}</IDPayer><ProviderID>DHA-F-0001234</ProviderID>${element('DenialCode', denial)}
    <PaymentReference>${reference}</PaymentReference><DateSettlement>${settled}</DateSettlement>
    ${(claim.activities ?? [{}]).map(activity).join('\n    ')}`,
  ])
}

export function document(claims: string[], flag = 'PRODUCTION'): string {
  return `<?xml version="1.0" encoding="utf-8"?>
<Remittance.Advice xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
  <Header>
    <SenderID>INS026</SenderID>
    <ReceiverID>DHA-F-0001234</ReceiverID>
    <TransactionDate>01/12/2026 10:00</TransactionDate>
    <RecordCount>${claims.length}</RecordCount>
    <DispositionFlag>${flag}</DispositionFlag>
  </Header>
${claims.map((claim) => `  <Claim>\n    ${claim}\n  </Claim>`).join('\n')}
</Remittance.Advice>
`
}

function activity({
  id = `${NUMBER}-1`,
  net = '100.00',
  gross = '100.00',
  share = '0',
  paid = net,
  denial,
}: Paid): string {
  return `<Activity><ID>${id}</ID><Start>20/11/2026 00:00</Start><Type>6</Type><Code>D0120</Code><Quantity>1</Quantity><Net>${net}</Net>${element('Gross', gross)}${element('PatientShare', share)}<PaymentAmount>${paid}</PaymentAmount>${element('DenialCode', denial)}</Activity>`
}

function element(name: string, text: string | null | undefined): string {
  return text === null || text === undefined ? '' : `<${name}>${text}</${name}>`
}
