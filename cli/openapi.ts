import { openApiDocument } from '../api/http/openapi.ts'
import { ROUTES } from '../api/routes/all.ts'
import { API_VERSION } from '../api/routes/system/docs.ts'

/** `claimhub openapi`: prints the OpenAPI 3.1 document as JSON. */
export async function openapi(): Promise<void> {
  process.stdout.write(`${JSON.stringify(openApiDocument(ROUTES, API_VERSION), null, 2)}\n`)
}
