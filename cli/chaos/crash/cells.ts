import * as api from './apiDrives.ts'
import * as delivery from './deliveryDrives.ts'
import * as money from './moneyDrives.ts'
import type { Play } from './play.ts'
import * as upkeep from './upkeepDrives.ts'

/** One cell of the matrix: a place to die at, and what leads a process there. */
export interface CrashCell {
  /** A declared failpoint. */
  point: string
  /** What is under way when the process dies, in a word or two. */
  by: string
  /** Comes to the place, sees the process die, and makes the claims end. */
  drive(play: Play): Promise<void>
  /** A person may be asked: nobody can know what became of the bytes. */
  asksPerson?: true
}

/** The HMO of the demo that each channel is tried with. */
const HMO = { http: 'harbor-health', sftp: 'summit-dental', email: 'visayas-health', manual: 'laguna-care' } as const
/** Over HTTP without a key that makes a second send safe: an unknown sending is looked up. */
const LOOKS = { http: 'gulf-dental', sftp: 'summit-dental', email: 'visayas-health' } as const
/** Answers are fetched; Harbor pushes them. */
const POLLS = LOOKS

type Named = Record<string, string>
const each = (hmos: Named, cell: (channel: string, provider: string) => CrashCell): CrashCell[] =>
  Object.entries(hmos).map(([channel, provider]) => cell(channel, provider))
const only = <N extends Named, K extends keyof N & string>(hmos: N, ...channels: K[]): Named =>
  Object.fromEntries(channels.map((channel) => [channel, hmos[channel] as string]))

const sent = (point: string, hmos: Named): CrashCell[] =>
  each(hmos, (channel, provider) => ({
    point: `${point}:${channel}`,
    by: 'a claim is sent',
    drive: delivery.sends(provider),
  }))
const collected = (point: string, hmos: Named): CrashCell[] =>
  each(hmos, (channel, provider) => ({
    point: channel === '' ? point : `${point}:${channel}`,
    by: 'answers are read',
    drive: delivery.isAnswered(provider),
  }))
const resolved = (point: string): CrashCell[] =>
  each(LOOKS, (channel, provider) => ({
    point: `${point}:${channel}`,
    by: 'a sender has died before',
    drive: delivery.diesTwice(provider, `after_send:${channel}`),
  }))
const asked = (point: string, hmos: Named): CrashCell[] =>
  each(hmos, (channel, provider) => ({
    point: channel === '' ? point : `${point}:${channel}`,
    by: 'a silent HMO is asked',
    drive: delivery.isSilent(provider),
  }))
const batched = (point: string): CrashCell => ({ point, by: 'a batch leaves', drive: delivery.leavesInBatch })

const FREEZE: CrashCell[] = [
  { point: 'before_freeze', by: 'a claim is submitted', drive: delivery.sends('summit-dental') },
  { point: 'after_freeze', by: 'a claim is submitted', drive: delivery.sends('summit-dental') },
  { point: 'after_freeze', by: 'a replacement is submitted', drive: delivery.replaces('gulf-dental') },
]

/**
 * The claim’s own words say whether the mail left: nobody can look into a desk’s mailbox, so one
 * that died with the mark written and nothing sent is a person’s.
 */
const SENDING: CrashCell[] = [
  ...sent('before_send', HMO),
  ...sent('before_mark', only(HMO, 'sftp')),
  ...sent('before_rename', only(HMO, 'sftp')),
  ...sent('after_rename', only(HMO, 'sftp')),
  ...sent('before_data', only(HMO, 'email')).map((cell) => ({ ...cell, asksPerson: true as const })),
  ...sent('after_data', only(HMO, 'email')),
  { point: 'after_token:http', by: 'the worker is young', drive: delivery.signsIn('harbor-health') },
  { point: 'before_next_message:sftp', by: 'a claim with its X-ray', drive: delivery.sendsPapers('summit-dental') },
  {
    point: 'before_next_message:email',
    by: 'a claim with large X-rays',
    drive: delivery.sendsLargePapers('visayas-health'),
  },
  ...sent('after_send', HMO),
  ...sent('after_delivery_record', HMO),
  ...resolved('after_take_over'),
  ...resolved('after_look'),
]

const ANSWERS: CrashCell[] = [
  ...collected('before_collect_store', POLLS),
  ...collected('after_collect_store', POLLS),
  ...collected('after_confirm', only(POLLS, 'http')),
  ...collected('after_tidy', only(POLLS, 'sftp')),
  ...collected('after_put_away', only(POLLS, 'email')),
  ...collected('before_collect_cursor', POLLS),
  ...collected('after_collect_cursor', POLLS),
  ...['before_push_store', 'after_push_store', 'after_push_bell'].flatMap((point) =>
    collected(point, { '': 'harbor-health' }),
  ),
  ...['before_ingest', 'before_claims_signal', 'after_claims_signal', 'after_processed', 'after_record'].flatMap(
    (point) => collected(point, { '': 'harbor-health' }),
  ),
]

const QUESTIONS: CrashCell[] = [
  ...asked('after_escalate', { '': 'harbor-health' }),
  ...asked('after_inquiry', only(LOOKS, 'http', 'sftp')),
  ...asked('before_replies_bell', { http: 'harbor-health' }),
]

const BATCHES: CrashCell[] = [
  'before_dispatch_start',
  'after_dispatch_start',
  'after_dispatch_plan',
  'before_dispatch_notify',
  'after_dispatch_notify',
].map(batched)

const UPKEEP: CrashCell[] = [
  ...['before_schedule', 'after_schedule'].map((point) => ({
    point,
    by: 'a connection is new',
    drive: upkeep.makesConnection,
  })),
  ...['before_repair', 'after_repair'].map((point) => ({
    point,
    by: 'a claim has lost its workflow',
    drive: upkeep.losesWorkflow,
  })),
]

const API: CrashCell[] = [
  { point: 'after_cancel', by: 'a sent claim is cancelled', drive: api.cancels },
  ...['after_api_commit', 'after_api_finish'].flatMap((point) => [
    { point, by: 'submit', drive: api.submits },
    { point, by: 'status by hand', drive: api.setsStatus },
    { point, by: 'payment by hand', drive: api.pays },
    { point, by: 'cancel', drive: api.cancels },
    { point, by: 'import', drive: api.imports },
    { point, by: 'supplement', drive: api.supplements },
    { point, by: 'send now', drive: api.sendsNow },
    { point, by: 'send a batch', drive: api.sendsBatch },
    { point, by: 'read a document again', drive: api.rereads },
  ]),
  { point: 'after_upload_store', by: 'a list of payments', drive: api.uploads },
]

/**
 * Before all others, while nothing else is read: the death is in the middle of this very posting.
 */
const LARGE: CrashCell = {
  point: 'before_ingest',
  by: 'a list of 10,000 payments',
  drive: money.postsLargeRemittance,
}

/** Places that nothing of the demo comes to, and why not. */
export const UNREACHED: Readonly<Record<string, string>> = {
  'before_next_message:http': 'no HMO takes several messages of one delivery over HTTP',
}

/** The whole matrix, in the order in which it is run. */
export const CELLS: readonly CrashCell[] = [
  LARGE,
  ...FREEZE,
  ...SENDING,
  ...ANSWERS,
  ...QUESTIONS,
  ...API,
  ...BATCHES,
  ...UPKEEP,
]
