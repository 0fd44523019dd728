import { z } from 'zod'
import { adapterOf } from '../../adapters/registry.ts'
import { transportOf } from '../../adapters/transports/index.ts'
import { Problem } from '../../api/http/problems.ts'
import { applyConnection } from '../../api/routes/setup/createConnection.ts'
import { newConnection } from '../../api/routes/setup/schemasConnections.ts'
import { seal } from '../../platform/seal.ts'
import { isReference, REFERENCE_PREFIX, referencedVariable } from '../../platform/secretReferences.ts'
import { asOperator, print, requireOrganisation } from '../operator/operator.ts'
import { connectionIn } from './file.ts'

/**
 * `claimhub provider connect FILE.yaml --organisation ID`: makes an organisation's connection as
 * the operator, or changes the one that is there to what the file says. Only here may a secret be
 * `env:CLAIMHUB_CONNECTION_…`; the variable is read by the API and the workers, not by this
 * command.
 */
export async function connect(path: string, options: { organisation: string; json?: boolean }): Promise<void> {
  const parsed = newConnection.safeParse(connectionIn(path))
  if (!parsed.success) throw new Error(`${path}: ${z.prettifyError(parsed.error)}`)
  const wanted = parsed.data
  for (const [name, value] of Object.entries(wanted.secrets))
    if (isReference(value) && referencedVariable(value) === null)
      throw new Error(
        `${path}: connection.secrets.${name} must name a variable that begins with ${REFERENCE_PREFIX}, for example env:${REFERENCE_PREFIX}PASSWORD`,
      )
  const { organisation: organisationId } = options
  const made = await asOperator(async (operator) => {
    await requireOrganisation(operator, organisationId)
    const { rows, secretsKeys, addresses, actor, now } = operator
    const deps = { adapterOf, transportOf, addresses, seal: seal.bind(null, secretsKeys) }
    return rows
      .within(organisationId, (tx) => applyConnection(tx, deps, { organisationId, actor, wanted, now }))
      .catch((error: unknown) => thrownOn(path, error))
  })
  const { connectionId, state } = made
  print(
    options.json,
    { organisationId, providerId: wanted.providerId, ...made },
    `connection ${connectionId}: ${state}\nnext: npx claimhub provider check ${connectionId}`,
  )
}

function thrownOn(path: string, error: unknown): never {
  if (!(error instanceof Problem)) throw error
  const { errors } = error.more
  const places = Array.isArray(errors) ? errors.map(({ pointer, detail }) => `; ${pointer} ${detail}`).join('') : ''
  throw new Error(`${path}: ${error.message}${places}`, { cause: error })
}
