/**
 * One interchange as Summit's translator reads it. `note` is the TA1 note code of what is wrong
 * with the envelope, `000` for nothing.
 */
export interface FileInterchange {
  sender: string
  receiver: string
  /** ISA13, nine digits. */
  control: string
  /** ISA09, ISA10 */
  date: string
  time: string
  usage: 'P' | 'T'
  component: string
  note: string
  groups: FileGroup[]
}

export interface FileGroup {
  /** GS01 */
  code: string
  /** GS06 */
  control: string
  /** GS08 */
  guide: string
  transactions: FileTransaction[]
}

export interface FileTransaction {
  /** ST01 */
  kind: string
  /** ST02 */
  control: string
  /** Between ST and SE; element 0 is the segment's id. */
  segments: string[][]
  /** SE counts its segments and repeats ST02. */
  whole: boolean
}

/**
 * The twin's own reader: shares no code with the adapters, so that a mistake there cannot hide
 * here. Null when the bytes are no X12.
 */
export function readX12(bytes: Buffer): FileInterchange[] | null {
  const text = bytes.toString('latin1').trim()
  const found: FileInterchange[] = []
  let rest = text
  while (rest !== '') {
    if (!rest.startsWith('ISA') || rest.length < 106) return found.length > 0 ? found : null
    const element = rest.charAt(3)
    const terminator = rest.charAt(105)
    const pieces = rest.split(terminator).map((piece) => piece.trim())
    const end = pieces.findIndex((piece) => piece.startsWith(`IEA${element}`))
    const own = (end === -1 ? pieces : pieces.slice(0, end + 1)).filter((piece) => piece !== '')
    found.push(
      readInterchange(
        own.map((piece) => piece.split(element)),
        rest.charAt(104),
        end !== -1,
      ),
    )
    rest =
      end === -1
        ? ''
        : pieces
            .slice(end + 1)
            .join(terminator)
            .trim()
  }
  return found.length > 0 ? found : null
}

function readInterchange(segments: string[][], component: string, isClosed: boolean): FileInterchange {
  const isa = segments[0] ?? []
  const iea = segments.at(-1) ?? []
  const groups: FileGroup[] = []
  let open: FileTransaction | null = null
  for (const segment of segments.slice(1)) {
    const [id, first = '', second = ''] = segment
    if (id === 'GS') groups.push({ code: first, control: segment[6] ?? '', guide: segment[8] ?? '', transactions: [] })
    else if (id === 'ST') {
      open = { kind: first, control: second, segments: [], whole: false }
      groups.at(-1)?.transactions.push(open)
    } else if (id === 'SE' && open) {
      open.whole = Number(first) === open.segments.length + 2 && second === open.control
      open = null
    } else open?.segments.push(segment)
  }
  return {
    sender: (isa[6] ?? '').trim(),
    receiver: (isa[8] ?? '').trim(),
    control: isa[13] ?? '',
    date: isa[9] ?? '',
    time: isa[10] ?? '',
    usage: isa[15] === 'P' ? 'P' : 'T',
    component,
    note: noteOf(isa, iea, groups.length, isClosed),
    groups,
  }
}

/**
 * TA105: 023 the end is missing, 001 the numbers of header and trailer differ, 021 another count of
 * groups.
 */
function noteOf(isa: string[], iea: string[], groups: number, isClosed: boolean): string {
  if (!isClosed) return '023'
  if (iea[2] !== isa[13]) return '001'
  return Number(iea[1]) === groups ? '000' : '021'
}
