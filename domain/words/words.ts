import type { Fact } from '../claims/claimEvents.ts'
import { EN } from './en/en.ts'
import type { Sentences, Setting, Told } from './sentences.ts'

/** A language that the product speaks; each has one folder beside this file. */
export type Language = 'en'

/** Every sentence in every language. */
export const WORDS: Record<Language, Sentences> = { en: EN }

/** What an entry of a claim's timeline says. */
export function sentenceOfFact<T extends Fact['type']>(
  told: Told<Extract<Fact, { type: T }>>,
  setting: Setting,
  language: Language = 'en',
): string {
  return WORDS[language].told[told.fact.type as T](told, setting)
}
