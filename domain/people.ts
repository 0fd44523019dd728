export interface Address {
  line1: string
  line2?: string
  city: string
  state?: string
  postalCode?: string
  /** ISO 3166-1 alpha-2 */
  country: string
}

export interface Person {
  family: string
  given: string
  /** YYYY-MM-DD */
  birthDate: string
  sex: 'female' | 'male' | 'other' | 'unknown'
  address?: Address
}

export type Relationship = 'self' | 'spouse' | 'child' | 'other'
