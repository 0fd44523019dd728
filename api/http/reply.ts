const REPLY = Symbol('reply')

/** A status and a body; a Buffer goes out as it is. */
export interface Reply<T> {
  status: number
  body: T
  headers: Record<string, string>
}

/** What `reply` makes, so that no body of a route is taken for it. */
export interface MarkedReply<T> extends Reply<T> {
  [REPLY]: true
}

/** What a route may return: its body with the documented status, or `reply(…)`. */
export type RouteAnswer<T> = T | MarkedReply<T>

/** An answer with another status than the route's own, or with headers. */
export function reply<T>(status: number, body: T, headers: Record<string, string> = {}): MarkedReply<T> {
  return { status, body, headers, [REPLY]: true }
}

export function asReply<T>(answer: RouteAnswer<T>, status: number): Reply<T> {
  if (typeof answer === 'object' && answer !== null && REPLY in answer) {
    const { status: own, body, headers } = answer as Reply<T>
    return { status: own, body, headers }
  }
  return { status, body: answer as T, headers: {} }
}
