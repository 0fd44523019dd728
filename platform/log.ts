import { type Logger, pino } from 'pino'

/**
 * One JSON line per event, with the process's name. Callers log ids, codes and counts; names and
 * member numbers never reach a log call.
 */
export function makeLog(settings: { logLevel: string }, process: string): Logger {
  return pino({
    level: settings.logLevel,
    name: process,
    redact: ['*.secrets', '*.body', '*.authorization', '*.password'],
  })
}
