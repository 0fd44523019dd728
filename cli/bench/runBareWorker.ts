import { bareWorker } from './bareWorker.ts'

await bareWorker()
