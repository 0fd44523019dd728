import { organisationIds } from '../../db/acrossTenants/lookups.ts'
import type { Tx } from '../../db/connect.ts'
import { actsOfBuild, type BuildAct, type Kept, keptOfBuild, undoBuildAct } from '../../db/money/undo/undoBuild.ts'
import { asOperator, type Operator, print } from './operator.ts'

interface UndoOptions {
  build: string
  reason?: string
  dryRun?: boolean
  json?: boolean
}

interface UndoneBuild {
  remittances: number
  decisions: number
  claims: number
  /** To be read again once the adapter is mended. */
  documentIds: string[]
  /** What stays, because something else stands on it. */
  refused: { organisationId: string; act: string; because: string }[]
  /** What the build posted and is not its reading of a provider's words. */
  kept: Kept[]
}

/**
 * `claimhub undo --build B`: takes back what a bad release made of what providers said: remittances
 * and decisions, by opposite postings, the newest first. What people did stays. Safe to interrupt
 * and to run again. Exit code 1 when something stays that something else stands on.
 */
export async function undo(options: UndoOptions): Promise<void> {
  const { build, dryRun = false, reason } = options
  if (reason === undefined && !dryRun) throw new Error('say --reason WHY: it stands beside everything that is undone')
  const done = await asOperator((operator) => undoBuild(operator, { build, dryRun, reason: reason ?? 'dry run' }))
  const ok = done.refused.length === 0
  if (!ok) process.exitCode = 1
  print(options.json, { ok, build, dryRun, ...done }, wordsOf(done, { build, dryRun }))
}

async function undoBuild(
  operator: Operator,
  { build, dryRun, reason }: { build: string; dryRun: boolean; reason: string },
): Promise<UndoneBuild> {
  const { rows, databases, actor, now } = operator
  const done: UndoneBuild = { remittances: 0, decisions: 0, claims: 0, documentIds: [], refused: [], kept: [] }
  const claims = new Set<string>()
  const documents = new Set<string>()
  for (const organisationId of await organisationIds(databases.across)) {
    const by = { organisationId, actor, reason, now }
    const undoOne = async (tx: Tx, act: BuildAct) => {
      const undone = await undoBuildAct(tx, by, act)
      if (undone.kind === 'refused') {
        done.refused.push({ organisationId, act: nameOf(act), because: undone.detail })
        return
      }
      done[act.kind === 'remittance' ? 'remittances' : 'decisions'] += 1
      for (const claimId of undone.claimIds) claims.add(claimId)
      if (act.documentId !== null) documents.add(act.documentId)
    }
    const keep = async (tx: Tx) => {
      for (const { kind, postings } of await keptOfBuild(tx, organisationId, build)) {
        const known = done.kept.find((each) => each.kind === kind)
        if (known === undefined) done.kept.push({ kind, postings })
        else known.postings += postings
      }
    }
    if (dryRun)
      await rolledBack(operator, organisationId, async (tx) => {
        for (const act of await actsOfBuild(tx, organisationId, build)) await undoOne(tx, act)
        await keep(tx)
      })
    else {
      const acts = await rows.within(organisationId, (tx) => actsOfBuild(tx, organisationId, build))
      // One transaction each: no claim is locked longer than its own undoing takes.
      for (const act of acts) await rows.within(organisationId, (tx) => undoOne(tx, act))
      await rows.within(organisationId, keep)
    }
  }
  return { ...done, claims: claims.size, documentIds: [...documents] }
}

class RolledBack extends Error {}

/** Does it all and takes it back: what it says is what would be. */
async function rolledBack({ rows }: Operator, organisationId: string, work: (tx: Tx) => Promise<void>): Promise<void> {
  try {
    await rows.within(organisationId, async (tx) => {
      await work(tx)
      throw new RolledBack()
    })
  } catch (error) {
    if (!(error instanceof RolledBack)) throw error
  }
}

function nameOf(act: BuildAct): string {
  return act.kind === 'remittance' ? `remittance ${act.remittanceId}` : `decision on claim ${act.claimId}`
}

function wordsOf(done: UndoneBuild, { build, dryRun }: { build: string; dryRun: boolean }): string {
  const { remittances, decisions, claims, documentIds, refused, kept } = done
  return [
    `${dryRun ? 'would undo' : 'undid'} ${remittances} remittances and ${decisions} decisions of build ${build} on ${claims} claims`,
    ...refused.map(({ act, because }) => `  stays: ${act}: ${because}`),
    ...kept.map(({ kind, postings }) => `  stays: ${postings} of kind ${kind}`),
    ...(documentIds.length === 0
      ? []
      : [
          `read these documents again with a good build (POST /v1/documents/ID/reread):`,
          ...documentIds.map((id) => `  ${id}`),
        ]),
  ].join('\n')
}
