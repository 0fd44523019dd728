import type { Address } from '../../domain/claim.ts'

/** Every kind of twin: one program in sandbox/ each. */
export type TwinKind = 'http' | 'sftp' | 'xml' | 'email'

/**
 * One HMO of the demo: how it is reached, who it is, where its clinic and patients are. Nobody in
 * it exists.
 */
export interface DemoHmo {
  /** Id of the provider and of its adapter. */
  provider: string
  /** In the ids of its patients: `pat-h-PF-1`. */
  letter: string
  name: string
  transport: string
  format: string
  /**
   * Its twin (`claimhub twin <kind>`) and how many ports it listens on; null: nobody answers by
   * itself, a person works with the HMO.
   */
  twin: { kind: TwinKind; ports: number } | null
  /** The connection's own settings where no twin says them. */
  connection?: { endpoint: Record<string, unknown>; settings: Record<string, unknown>; secrets: Record<string, string> }
  /** The demo tells here how several claims wait for a cut-off and leave together. */
  tellsOfBatches?: true
  /** The HMO of the demo that pays before this one, for a patient who has both. */
  paysAfter?: string
  currency: string
  zone: string
  phone: string
  contact: string
  portal: string
  clinic: { externalId: string; name: string; npi: string; phone: string; address: Address }
  /** Where its patients live. */
  address: Address
}

const MANILA = { currency: 'PHP', zone: 'Asia/Manila' }

/**
 * Every HMO that `claimhub up` and `claimhub demo` work with. A new one is an entry here and, where
 * it has a twin, one in cli/twin.ts.
 */
export const DEMO_HMOS: readonly DemoHmo[] = [
  {
    provider: 'harbor-health',
    letter: 'h',
    name: 'Harbor Health',
    transport: 'http',
    format: 'fhir',
    twin: { kind: 'http', ports: 1 },
    paysAfter: 'visayas-health',
    ...MANILA,
    phone: '+63 2 8555 0170',
    contact: 'Claims desk',
    portal: 'https://portal.harbor.example',
    clinic: {
      externalId: 'clinic-makati',
      name: 'Bright Smile Makati',
      npi: '1437251691',
      phone: '6325550110',
      address: { line1: '12 Ayala Avenue', city: 'Makati', postalCode: '1226', country: 'PH' },
    },
    address: { line1: '7 Mabini Street', city: 'Makati', postalCode: '1229', country: 'PH' },
  },
  {
    provider: 'summit-dental',
    letter: 's',
    name: 'Summit Dental',
    transport: 'sftp',
    format: 'x12',
    twin: { kind: 'sftp', ports: 1 },
    tellsOfBatches: true,
    currency: 'USD',
    zone: 'America/New_York',
    phone: '+1 800 555 0133',
    contact: 'EDI support',
    portal: 'https://summit.example/edi',
    clinic: {
      externalId: 'clinic-queens',
      name: 'Bright Smile Queens',
      npi: '1215986344',
      phone: '7185550120',
      address: { line1: '4 Northern Boulevard', city: 'Flushing', state: 'NY', postalCode: '113542300', country: 'US' },
    },
    address: { line1: '7 Main Street', city: 'Flushing', state: 'NY', postalCode: '113551234', country: 'US' },
  },
  {
    provider: 'gulf-dental',
    letter: 'g',
    name: 'Gulf Dental',
    transport: 'http',
    format: 'xml',
    twin: { kind: 'xml', ports: 1 },
    currency: 'AED',
    zone: 'Asia/Dubai',
    phone: '+971 4 555 0150',
    contact: 'Provider relations',
    portal: 'https://portal.gulf-dental.example',
    clinic: {
      externalId: 'clinic-jumeirah',
      name: 'Bright Smile Jumeirah',
      npi: '1295837466',
      phone: '97145550140',
      address: { line1: '4 Al Wasl Road', city: 'Dubai', country: 'AE' },
    },
    address: { line1: '9 Palm Street', city: 'Dubai', country: 'AE' },
  },
  {
    provider: 'laguna-care',
    letter: 'l',
    name: 'Laguna Care',
    transport: 'manual',
    format: 'pdf',
    twin: null,
    connection: { endpoint: {}, settings: { accountNumber: 'BSDG-0417' }, secrets: {} },
    ...MANILA,
    phone: '+63 49 555 0190',
    contact: 'Provider desk',
    portal: 'https://portal.laguna-care.example',
    clinic: {
      externalId: 'clinic-calamba',
      name: 'Bright Smile Calamba',
      npi: '1508937426',
      phone: '+63 49 555 0120',
      address: { line1: '3 Real Street', city: 'Calamba', postalCode: '4027', country: 'PH' },
    },
    address: { line1: '21 Rizal Street', city: 'Calamba', postalCode: '4027', country: 'PH' },
  },
  {
    provider: 'visayas-health',
    letter: 'v',
    name: 'Visayas Health',
    transport: 'email',
    format: 'pdf',
    twin: { kind: 'email', ports: 2 },
    ...MANILA,
    phone: '+63 32 555 0180',
    contact: 'Claims desk',
    portal: 'https://visayas-health.example',
    clinic: {
      externalId: 'clinic-cebu',
      name: 'Bright Smile Cebu',
      npi: '1518963271',
      phone: '63325550130',
      address: { line1: '9 Osmeña Boulevard', city: 'Cebu City', postalCode: '6000', country: 'PH' },
    },
    address: { line1: '3 Colon Street', city: 'Cebu City', postalCode: '6000', country: 'PH' },
  },
]

/** The HMO of a provider id; throws for one that the demo doesn't have. */
export function demoHmo(provider: string): DemoHmo {
  const hmo = DEMO_HMOS.find((each) => each.provider === provider)
  if (!hmo) throw new Error(`the demo has no HMO ${provider}`)
  return hmo
}

/** Kinds of the twins, in the order of their start. */
export const TWIN_KINDS: readonly TwinKind[] = DEMO_HMOS.flatMap(({ twin }) => (twin === null ? [] : [twin.kind]))
