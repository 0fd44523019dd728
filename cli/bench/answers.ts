/**
 * A business day in two seconds: faster, and visits would pass their filing limit while a slow
 * machine still seeds.
 */
export const SCALE = 43_200

/**
 * When the twin says that it has a happy claim, decides and pays it (sandbox/scenarios.ts, HP):
 * real milliseconds after it came.
 */
export const ANSWERS_AFTER_MS = [0.2, 2, 3].map((days) => (days * 86_400_000) / SCALE)
