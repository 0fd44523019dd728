import { createServer } from 'node:net'
import { Client, Connection } from '@temporalio/client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { claimWorkflows } from '../../api/claimWorkflows.ts'
import { newId } from '../../platform/ids.ts'
import { type TimeSkippingServer, timeSkippingServer } from '../support/timeSkipping.ts'

const LIMITS = { patienceMs: 1_500, probeMs: 500 }
const claim = () => ({ organisationId: newId(), claimId: newId(), providerId: 'harbor-health' })
