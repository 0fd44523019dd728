import { describe, expect, it } from 'vitest'
import * as ids from '../../workflows/ids.ts'

describe('ids in Temporal', () => {
  it('lead back to what they stand for', () => {
    expect(ids.claimIdOf(ids.claimWorkflowId('c-1'))).toBe('c-1')
    expect(ids.interchangeIdOf(ids.dispatchWorkflowId('i-1'))).toBe('i-1')
  })

  it('of different kinds are never the same, whatever their subject is called', () => {
    const kinds = [ids.claimWorkflowId, ids.dispatchWorkflowId, ids.inboxWorkflowId, ids.mailboxWorkflowId]
    const all = kinds.flatMap((kind) => ['1', '2'].map((id) => kind(id)))
    expect(new Set([...all, ids.RECONCILIATION_ID]).size).toBe(all.length + 1)
    expect(all.every((id) => /^[a-z]+-[12]$/.test(id))).toBe(true)
    expect(ids.mailboxScheduleId('1')).toBe(ids.mailboxWorkflowId('1'))
  })

  it('give each provider a queue of its own', () => {
    const queues = [ids.MAIN_QUEUE, ids.providerQueue('harbor'), ids.providerQueue('summit')]
    expect(new Set(queues).size).toBe(3)
    expect(ids.providerQueue('harbor')).toContain('harbor')
  })

  it('are searched for by attributes that a namespace keeps under these names and types', () => {
    expect(ids.SEARCH_ATTRIBUTES).toEqual({
      ClaimStatus: 'Keyword',
      ClaimProvider: 'Keyword',
      ClaimOrganisation: 'Keyword',
      ClaimAttention: 'Bool',
    })
    expect([ids.MAIN_QUEUE, ids.RECONCILIATION_ID]).toEqual(['claimhub', 'reconciliation'])
  })
})
