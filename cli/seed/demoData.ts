import type { ChartedDetails } from '../../domain/claims/dentistry/details.ts'
import { SCENARIOS, type ScenarioCode } from '../../sandbox/scenarios.ts'
import { DEMO_HMOS, type DemoHmo, demoHmo } from './hmos.ts'

/** The made-up group that `claimhub up` and `claimhub demo` work with. Nobody in it exists. */
export const ORGANISATION = { name: 'Bright Smile Dental Group', taxId: '300123456', npi: '1093817462' }

export const PRACTITIONERS = [
  { externalId: 'dr-reyes', family: 'Reyes', given: 'Luz', npi: '1639274855', licence: 'D-0041277' },
  { externalId: 'dr-tan', family: 'Tan', given: 'Marco', npi: '1841263977', licence: 'D-0058120' },
]

/**
 * Negotiated rates in minor units, the same figures in each provider's own currency. D9230 has
 * none: a line to be priced by hand.
 */
export const RATES: Record<string, number> = {
  D0120: 5_000,
  D0220: 2_500,
  D1110: 9_000,
  D2392: 21_000,
  D2740: 120_000,
  D3330: 110_000,
  D4341: 26_000,
  D7140: 18_500,
  D6010: 185_000,
}

export interface DemoProcedure {
  code: string
  tooth?: string
  surfaces?: string
  area?: string
  details?: ChartedDetails
  /** List price, minor units. */
  fee: number
}

/**
 * What was done at a completed visit: a check-up, a filling and an extraction; every other patient
 * got a crown that needs an X-ray.
 */
const SIMPLE: DemoProcedure[] = [
  { code: 'D0120', fee: 6_000 },
  { code: 'D2392', tooth: '30', surfaces: 'MO', fee: 25_000 },
  { code: 'D7140', tooth: '17', fee: 22_000 },
]
const CROWN: DemoProcedure[] = [
  { code: 'D0220', tooth: '14', fee: 3_000 },
  { code: 'D2740', tooth: '14', fee: 145_000, details: { placement: 'initial', description: 'Zirconia crown' } },
]
const UNPRICED: DemoProcedure[] = [{ code: 'D9230', fee: 8_000 }]

export interface DemoPatient {
  externalId: string
  family: string
  given: string
  birthDate: string
  sex: 'female' | 'male'
  memberId: string | null
  provider: string | null
  dependent: boolean
  /** Another HMO, which pays after the first. */
  second?: { provider: string; memberId: string }
  visits: {
    externalId: string
    status: 'completed' | 'planned'
    procedures: DemoProcedure[]
    receipts: number
    daysAgo: number
  }[]
}

const FAMILIES = [
  'Villanueva',
  'Macapagal',
  'Dimaculangan',
  'Katigbak',
  'Pangilinan',
  'Lacsamana',
  'Bautista',
  'Magsaysay',
  'Salonga',
  'Quezada',
]
/**
 * Two patients per scenario and provider (`pat-h-PF-1`), one of them a dependent, and some that no
 * claim can be made for.
 */
export function demoPatients(perScenario = 2): DemoPatient[] {
  const codes = Object.keys(SCENARIOS) as ScenarioCode[]
  const enrolled = DEMO_HMOS.flatMap(({ provider, letter }, which) =>
    codes.flatMap((code, scenario) =>
      Array.from({ length: perScenario }, (_, number): DemoPatient => {
        const name = `${letter}-${code}-${number + 1}`
        return {
          externalId: `pat-${name}`,
          family: `${FAMILIES[(scenario + number) % FAMILIES.length]}${code}${letter}${number + 1}`,
          given: (scenario + number) % 2 === 0 ? 'Corazon' : 'Ramon',
          birthDate: `19${70 + scenario}-0${(number % 9) + 1}-1${number % 10}`,
          sex: (scenario + number) % 2 === 0 ? 'female' : 'male',
          memberId: `${code}-${which + 1}${String(scenario).padStart(2, '0')}${String(number + 1).padStart(4, '0')}`,
          provider,
          dependent: code === 'PF' && number === 1,
          visits: [
            {
              externalId: `visit-${name}-a`,
              status: 'completed',
              procedures: SIMPLE,
              receipts: number === 0 ? 0 : 1_000,
              daysAgo: 7 + (number % 5),
            },
            { externalId: `visit-${name}-b`, status: 'completed', procedures: CROWN, receipts: 0, daysAgo: 12 },
            { externalId: `visit-${name}-c`, status: 'planned', procedures: UNPRICED, receipts: 0, daysAgo: 0 },
          ],
        }
      }),
    ),
  )
  return [
    ...enrolled,
    ...DEMO_HMOS.flatMap(({ provider, paysAfter }, which) =>
      paysAfter === undefined
        ? []
        : [patientOfTwo(demoHmo(paysAfter), { provider, memberId: `PF-${which + 1}990003` })],
    ),
    {
      externalId: 'pat-none',
      family: 'Evangelista',
      given: 'Teresa',
      birthDate: '1988-04-09',
      sex: 'female',
      memberId: null,
      provider: null,
      dependent: false,
      visits: [{ externalId: 'visit-none', status: 'completed', procedures: SIMPLE, receipts: 53_000, daysAgo: 3 }],
    },
  ]
}

/**
 * The patient of the story of two HMOs: the first pays in part, the second what is left. Beyond the
 * numbers of the patients of one HMO.
 */
export const OF_TWO_HMOS = { scenario: 'PP', patient: 99_999 }

function patientOfTwo(first: DemoHmo, second: { provider: string; memberId: string }): DemoPatient {
  const name = `${first.letter}-${OF_TWO_HMOS.scenario}-${OF_TWO_HMOS.patient}`
  return {
    externalId: `pat-${name}`,
    family: 'Dalisay',
    given: 'Remedios',
    birthDate: '1979-11-21',
    sex: 'female',
    memberId: `${OF_TWO_HMOS.scenario}-${first.letter.charCodeAt(0)}990003`,
    provider: first.provider,
    second,
    dependent: false,
    visits: [{ externalId: `visit-${name}-a`, status: 'completed', procedures: SIMPLE, receipts: 0, daysAgo: 7 }],
  }
}
