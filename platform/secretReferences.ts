/**
 * Only variables of this name are ever read for a secret: a reference can reach no key, password or
 * address of the deployment itself.
 */
export const REFERENCE_PREFIX = 'CLAIMHUB_CONNECTION_'

const REFERENCE = new RegExp(`^env:(${REFERENCE_PREFIX}[A-Z0-9_]+)$`)

/**
 * Whether a value claims to stand for a variable of the environment; it may still be one that
 * nobody may name.
 */
export function isReference(value: string): boolean {
  return value.startsWith('env:')
}

/** The variable that a reference names; null when it names none that may be read. */
export function referencedVariable(value: string): string | null {
  return REFERENCE.exec(value)?.[1] ?? null
}

/**
 * Secrets as they are used: a value `env:NAME` is the operator's reference and stands for the
 * environment variable NAME of this process; everything else is the secret itself. What is stored
 * stays the reference. A name without REFERENCE_PREFIX is refused unread, also when a row has it.
 * Throws the same words for a name that may not be read and for one that is not set: who sees them
 * learns nothing of the environment.
 */
export function resolveSecrets(
  stored: Record<string, string>,
  env: NodeJS.ProcessEnv = process.env,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(stored).map(([name, value]) => {
      if (!isReference(value)) return [name, value]
      const variable = referencedVariable(value)
      const found = variable === null ? undefined : env[variable]
      if (!found) throw new Error(`the secret ${name} is kept by the deployment's operator, who has to set it`)
      return [name, found]
    }),
  )
}
