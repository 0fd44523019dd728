import { allowedFrom } from '../../platform/addresses/allowList.ts'
import { addressGuard } from '../../platform/addresses/guard.ts'

/** As in a deployment whose twins listen on this machine. */
export const TWIN_ADDRESSES = addressGuard({ allowed: allowedFrom('127.0.0.1') })
