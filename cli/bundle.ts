import { FAILURE_CONVERTER } from '../platform/dataConverter.ts'
import { shipBundle } from '../platform/workflowBundle.ts'

/**
 * `claimhub bundle`: builds the workflow bundles, without and with the payload codec, into
 * `bundles/` beside the code.
 */
export async function bundle(): Promise<void> {
  for (const variant of [undefined, FAILURE_CONVERTER]) process.stdout.write(`${await shipBundle(variant)}\n`)
}
