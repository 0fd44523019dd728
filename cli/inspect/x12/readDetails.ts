import { fromX12Date } from '../../../adapters/formats/x12/dates.ts'
import { at, component, type X12Segment, type X12Transaction } from '../../../adapters/formats/x12/interchange.ts'
import type { OtherDentist } from '../../../domain/claims/dentistry/details.ts'
import { type DetailedService, known, type ReadDetails, toldDetails } from '../details.ts'
import { codeAt } from './place.ts'

interface OpenDetails extends ReadDetails {
  place: string
  codes: string[]
}

/** The dental details of each claim of an 837D, in the order of its CLM segments. */
export function readDetails({ segments, separators }: X12Transaction): (ReadDetails | undefined)[] {
  const reading = new DetailsReading(separators)
  for (const segment of segments) reading.read(segment)
  return reading.claims.map(({ place: _place, codes: _codes, missingTeeth = [], ...details }) =>
    toldDetails({ ...details, ...(missingTeeth.length === 0 ? {} : { missingTeeth }) }),
  )
}

/** The office goes without saying. */
const OFFICE = '11'

class DetailsReading {
  readonly claims: OpenDetails[] = []
  readonly #separators: X12Transaction['separators']
  #billing: OtherDentist | undefined
  /** Whose REF segments follow. */
  #dentist: OtherDentist | undefined

  constructor(separators: X12Transaction['separators']) {
    this.#separators = separators
  }

  get #claim(): OpenDetails | undefined {
    return this.claims.at(-1)
  }

  get #line(): DetailedService | undefined {
    return this.#claim?.lines.at(-1)
  }

  #part(segment: X12Segment, element: number, part: number): string {
    return component(at(segment, element), part, this.#separators)
  }

  read(segment: X12Segment): void {
    switch (segment.elements[0]) {
      case 'NM1':
        this.#readName(segment)
        return
      case 'REF':
        if (this.#dentist !== undefined && codeAt(segment, 1) === '0B') this.#dentist.licence = at(segment, 2)
        return
      case 'CLM':
        this.#startClaim(segment)
        return
      case 'DTP':
        this.#readDay(segment)
        return
      case 'DN1':
        this.#orthodontics(known({ months: numberIn(at(segment, 1)), remainingMonths: numberIn(at(segment, 2)) }))
        return
      case 'DN2':
        this.#claim?.missingTeeth?.push({
          tooth: at(segment, 1),
          status: codeAt(segment, 2) === 'E' ? 'to_be_extracted' : 'missing',
        })
        return
      case 'HI':
        for (const element of segment.elements.slice(1))
          this.#claim?.codes.push(component(element, 2, this.#separators))
        return
      case 'LX':
        this.#dentist = undefined
        this.#claim?.lines.push({ lineNumber: (this.#claim?.lines.length ?? 0) + 1 })
        return
      case 'SV3':
        this.#readService(segment)
        return
      case 'TOO':
        if (this.#line !== undefined && this.#line.tooth === undefined) this.#line.tooth = at(segment, 2)
        return
    }
  }

  #readName(segment: X12Segment): void {
    const code = codeAt(segment, 1)
    const npi = codeAt(segment, 8) === 'XX' ? at(segment, 9) : ''
    const dentist = known({ family: at(segment, 3), given: at(segment, 4), npi })
    this.#dentist = undefined
    if (code === '85') {
      this.#billing = codeAt(segment, 2) === '1' ? dentist : undefined
      this.#dentist = this.#billing
    } else if (code === 'DN' && this.#claim !== undefined) {
      this.#claim.referringDentist = dentist
      this.#dentist = dentist
    }
  }

  #startClaim(segment: X12Segment): void {
    const cause = CAUSES[this.#part(segment, 11, 1)]
    this.#dentist = undefined
    this.claims.push({
      place: this.#part(segment, 5, 1),
      codes: [],
      lines: [],
      missingTeeth: [],
      ...(cause === undefined
        ? {}
        : {
            accident: known({
              kind: cause,
              on: '',
              state: this.#part(segment, 11, 4),
              country: this.#part(segment, 11, 5),
            }),
          }),
      ...(codeAt(segment, 8) === 'N' ? { assignment: 'patient' as const } : {}),
      ...(this.#billing === undefined ? {} : { billingDentist: this.#billing }),
    })
  }

  #readDay(segment: X12Segment): void {
    const day = fromX12Date(at(segment, 3)) ?? undefined
    if (day === undefined) return
    const qualifier = at(segment, 1)
    if (this.#line === undefined) {
      if (qualifier === '439' && this.#claim?.accident !== undefined) this.#claim.accident.on = day
      if (qualifier === '452') this.#orthodontics({ bandedOn: day })
      return
    }
    if (qualifier === '441') this.#line.priorPlacedOn = day
    if (qualifier === '452') this.#line.appliancePlacedOn = day
  }

  #orthodontics(told: NonNullable<ReadDetails['orthodontics']>): void {
    if (this.#claim !== undefined) this.#claim.orthodontics = { ...this.#claim.orthodontics, ...told }
  }

  #readService(segment: X12Segment): void {
    if (this.#claim === undefined || this.#line === undefined) return
    const place = at(segment, 3) || this.#claim.place
    const pointers = at(segment, 11)
      .split(this.#separators.component)
      .filter((text) => text !== '')
    const placed = PLACEMENTS[codeAt(segment, 5)]
    Object.assign(
      this.#line,
      known({
        description: this.#part(segment, 1, 7),
        placement: placed,
        placeOfService: place === OFFICE ? '' : place,
        diagnoses:
          pointers.length === 0 ? undefined : pointers.map((text) => this.#claim?.codes[Number(text) - 1] ?? ''),
      }),
    )
  }
}

const CAUSES: Readonly<Record<string, 'auto' | 'employment' | 'other'>> = { AA: 'auto', EM: 'employment', OA: 'other' }
const PLACEMENTS: Readonly<Record<string, 'initial' | 'replacement'>> = { I: 'initial', R: 'replacement' }

function numberIn(text: string): number | undefined {
  return /^\d{1,3}(\.0*)?$/.test(text) ? Number(text) : undefined
}
