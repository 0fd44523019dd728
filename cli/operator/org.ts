import { organisationIds } from '../../db/acrossTenants/lookups.ts'
import { audit } from '../../db/setup/audit.ts'
import {
  insertOrganisation,
  newOrganisationId,
  organisationName,
  setToothNotation,
} from '../../db/setup/organisations.ts'
import type { ToothNotation } from '../../domain/practice/toothNotation.ts'
import { asOperator, print } from './operator.ts'

interface OrganisationOptions {
  taxId?: string
  npi?: string
  toothNotation?: ToothNotation
  json?: boolean
}

/** `claimhub org create NAME`: a tenant of the deployment; its first API key is the next step. */
export async function create(name: string, options: OrganisationOptions): Promise<void> {
  if (name.trim() === '') throw new Error('an organisation has a name')
  const organisationId = newOrganisationId()
  await asOperator(({ rows, actor, now }) =>
    rows.within(organisationId, async (tx) => {
      const { taxId = null, npi = null, toothNotation = null } = options
      const wanted = { name: name.trim(), taxId, npi, toothNotation }
      await insertOrganisation(tx, organisationId, wanted)
      const subject = `organisation ${organisationId}`
      await audit(tx, { organisationId, actor, action: 'organisation.create', subject, detail: {}, now })
    }),
  )
  print(
    options.json,
    { organisationId, name: name.trim() },
    `organisation ${organisationId}\nnext: claimhub key create --organisation ${organisationId} --name 'practice app' --role owner`,
  )
}

/** `claimhub org set ORGANISATION`: in which notation the practice names its teeth. */
export async function set(
  organisationId: string,
  { toothNotation, json }: { toothNotation: ToothNotation; json?: boolean },
): Promise<void> {
  await asOperator(({ rows, actor, now }) =>
    rows.within(organisationId, async (tx) => {
      if (!(await setToothNotation(tx, organisationId, toothNotation)))
        throw new Error(`there is no organisation ${organisationId}: claimhub org list`)
      const subject = `organisation ${organisationId}`
      await audit(tx, { organisationId, actor, action: 'organisation.set', subject, detail: { toothNotation }, now })
    }),
  )
  print(json, { organisationId, toothNotation }, `organisation ${organisationId} names its teeth in ${toothNotation}`)
}

/** `claimhub org list`: every organisation of the deployment. */
export async function list(options: { json?: boolean }): Promise<void> {
  const organisations = await asOperator(async ({ rows, databases }) => {
    const found: { organisationId: string; name: string }[] = []
    for (const organisationId of await organisationIds(databases.across)) {
      const name = await rows.within(organisationId, (tx) => organisationName(tx, organisationId))
      found.push({ organisationId, name: name ?? '' })
    }
    return found
  })
  const words = organisations.map(({ organisationId, name }) => `${organisationId}  ${name}`)
  print(
    options.json,
    { organisations },
    words.length === 0 ? 'no organisation yet: claimhub org create NAME' : words.join('\n'),
  )
}
