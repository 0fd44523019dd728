import { DefaultLogger, type LogEntry } from '@temporalio/worker'
import type { Logger } from 'pino'

/**
 * Of what the library knows of a workflow or activity. An error is its class only: its message and
 * stack may quote a document.
 */
const KEPT = ['activityType', 'workflowType', 'workflowId', 'activityId', 'attempt', 'taskQueue'] as const

/**
 * Temporal's own warnings, as lines of our log. Without this each activity that throws prints its
 * whole error.
 */
export function sdkLogger(log: Logger): DefaultLogger {
  return new DefaultLogger('WARN', ({ level, message, meta = {} }: LogEntry) => {
    const kept = Object.fromEntries(KEPT.flatMap((name) => (name in meta ? [[name, meta[name]]] : [])))
    const error = meta['error']
    const line = { ...kept, ...(error === undefined ? {} : { error: error instanceof Error ? error.name : 'unknown' }) }
    if (level === 'ERROR') log.error(line, message)
    else log.warn(line, message)
  })
}
