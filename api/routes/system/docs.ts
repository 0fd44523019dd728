import { z } from 'zod'
import { openApiDocument } from '../../http/openapi.ts'
import { definePublicRoute, type Route } from '../../http/route.ts'

/** Version of the API, as OpenAPI states it. */
export const API_VERSION = '0.1.0'

/** `/openapi.json` describes all routes, itself included: `all` is asked when it is needed. */
export function docsRoutes(all: () => readonly Route[]): Route[] {
  let document: Record<string, unknown> | undefined
  return [
    definePublicRoute({
      method: 'get',
      path: '/openapi.json',
      tag: 'docs',
      summary: 'This document',
      response: z.looseObject({ openapi: z.string() }),
      handler: async () => {
        document ??= { ...openApiDocument(all(), API_VERSION) }
        return document as { openapi: string }
      },
    }),
  ]
}
