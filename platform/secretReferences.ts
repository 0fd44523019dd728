const REFERENCE = /^env:([A-Z][A-Z0-9_]*)$/

/**
 * Secrets as they are used: a value `env:NAME` is a reference and stands for the environment variable NAME of this process; everything else is the
 * secret itself. What is stored stays the reference. Throws when the variable is not set, naming it and never a value.
 */
export function resolveSecrets(
  stored: Record<string, string>,
  env: NodeJS.ProcessEnv = process.env,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(stored).map(([name, value]) => {
      const variable = REFERENCE.exec(value)?.[1]
      if (variable === undefined) return [name, value]
      const found = env[variable]
      if (!found)
        throw new Error(`the secret ${name} is kept in the environment variable ${variable}, which is not set here`)
      return [name, found]
    }),
  )
}
