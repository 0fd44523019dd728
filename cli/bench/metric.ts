export interface Metric {
  id: string
  value: number
  limit: number
  unit: string
  pass: boolean
  detail: Record<string, unknown>
}
