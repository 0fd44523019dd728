import { EN } from './en.ts'
import type { Sentences } from './sentences.ts'

/** A language that the product speaks; each has one file beside this one. */
export type Language = 'en'

/** Every sentence in every language. */
export const WORDS: Record<Language, Sentences> = { en: EN }
