// `node cli/chaos/process.js worker|api`: the worker and the API as chaos and the tests run them, with a place to die at or a planted defect.
import { register } from 'tsx/esm/api'

register()
const { serve } = await import('./process.ts')
await serve(process.argv[2])
