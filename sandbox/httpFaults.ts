import type { NextFunction, Request, RequestHandler, Response } from 'express'
import type { Faults } from './faults.ts'

/** Faults that strike before an HTTP twin has done anything. */
export function misbehaveBefore(faults: Faults): RequestHandler {
  return async (request: Request, response: Response, next: NextFunction) => {
    if (faults.next('refuse')) return void request.socket.destroy()
    if (faults.next('503')) return void response.status(503).set('retry-after', '1').send('Service unavailable')
    if (faults.next('rateLimit')) return void response.status(429).set('retry-after', '1').send('Too many requests')
    if (faults.next('html200'))
      return void response
        .status(200)
        .type('html')
        .send('<!DOCTYPE html><html><body>We are down for maintenance.</body></html>')
    if (faults.next('delay')) await new Promise((resolve) => setTimeout(resolve, 300))
    next()
  }
}

/**
 * Sends an answer, or spoils it after the work is done: cut off before the first byte, in the
 * middle, or `misled` (about something else).
 */
export function answerOrSpoil(
  faults: Faults,
  response: Response,
  answer: { status: number; headers: Record<string, string>; body: string; misled(): string },
): void {
  if (faults.next('executeAndTimeout')) return void response.socket?.destroy()
  const text = faults.next('wrongRef') ? answer.misled() : answer.body
  const bytes = Buffer.from(text, 'utf8')
  response.status(answer.status).set(answer.headers)
  if (faults.next('truncate')) {
    response.set('content-length', String(bytes.length))
    response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => response.socket?.destroy())
    return
  }
  response.send(bytes)
}
