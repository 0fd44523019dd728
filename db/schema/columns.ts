import type { ColumnType } from 'kysely'

/** timestamptz: read as Date, written as Date or ISO text. */
export type Time = ColumnType<Date, Date | string, Date | string>

export type TimeOrNull = ColumnType<Date | null, Date | string | null | undefined, Date | string | null>

/** date: read and written as YYYY-MM-DD. */
export type Day = string

export type DayOrNull = ColumnType<string | null, string | null | undefined, string | null>

export type Maybe<T> = ColumnType<T | null, T | null | undefined, T | null>

export type Json<T> = ColumnType<T, string, string>

export type JsonOrNull<T> = ColumnType<T | null, string | null | undefined, string | null>

export interface Tenant {
  organisation_id: string
}
