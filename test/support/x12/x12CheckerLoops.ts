/** A segment as the checker sees it: its id and its elements. */
export type Piece = string[]

/**
 * What formats.md 2 asks of an 837D: loops, segments, and a total that is the sum of its lines to
 * the cent.
 */
export function check837(all: Piece[], component: string, errors: string[]): void {
  const header = all.slice(0, indexOf(all, 'HL'))
  need(header, 'BHT*0019*00', '837', errors)
  expect(one(header, 'BHT')?.[6] === 'CH', 'BHT06 is not CH', errors)
  need(header, 'NM1*41', '1000A', errors)
  need(header, 'PER*IC', '1000A', errors)
  need(header, 'NM1*40', '1000B', errors)
  const levels = levelsOf(all)
  for (const level of levels) {
    if (level.code === '20') checkBilling(level.pieces, errors)
    if (level.code === '22') checkSubscriber(level, levels, errors)
    if (level.code === '23') {
      need(level.pieces, 'PAT', '2000C', errors)
      need(level.pieces, 'NM1*QC*1', '2010CA', errors)
      for (const segment of ['N3', 'N4', 'DMG*D8']) need(level.pieces, segment, '2010CA', errors)
    }
  }
  for (const level of levels) checkClaims(level.pieces, component, errors)
  expect(
    levels.some((level) => one(level.pieces, 'CLM') !== undefined),
    'an 837 without a claim',
    errors,
  )
}

function checkBilling(pieces: Piece[], errors: string[]): void {
  need(pieces, 'PRV*BI*PXC', '2000A', errors)
  need(pieces, 'NM1*85', '2010AA', errors)
  const name = pieces.find((piece) => piece[0] === 'NM1' && piece[1] === '85')
  expect(name?.[8] === 'XX' && /^\d{10}$/.test(name[9] ?? ''), '2010AA has no NPI', errors)
  need(pieces, 'N3', '2010AA', errors)
  need(pieces, 'N4', '2010AA', errors)
  need(pieces, 'REF*EI', '2010AA', errors)
  const address = one(pieces, 'N4')
  // No country in N404 is the United States.
  if (address !== undefined && (address[4] ?? '') === '')
    expect(/^\d{9}$/.test(address[3] ?? ''), '2010AA N403 is not nine digits', errors)
}

function checkSubscriber(level: Level, levels: Level[], errors: string[]): void {
  need(level.pieces, 'SBR', '2000B', errors)
  need(level.pieces, 'NM1*IL*1', '2010BA', errors)
  need(level.pieces, 'NM1*PR', '2010BB', errors)
  const member = level.pieces.find((piece) => piece[0] === 'NM1' && piece[1] === 'IL')
  expect(member?.[8] === 'MI' && (member[9] ?? '') !== '', '2010BA has no member number', errors)
  const payer = level.pieces.find((piece) => piece[0] === 'NM1' && piece[1] === 'PR')
  expect(payer?.[8] === 'PI' && (payer[9] ?? '') !== '', '2010BB has no payer id', errors)
  const self = one(level.pieces, 'SBR')?.[2] === '18'
  // The guide wants them of a subscriber who is the patient, and of no other.
  for (const segment of ['N3', 'N4', 'DMG'])
    expect(
      (one(level.pieces, segment) !== undefined) === self,
      `2010BA ${segment} must be there of a patient only`,
      errors,
    )
  const dependents = levels.filter((other) => other.parent === level.number).length
  expect(
    self ? dependents === 0 : dependents > 0,
    '2000C must be there exactly when the patient is not the subscriber',
    errors,
  )
}

function checkClaims(pieces: Piece[], component: string, errors: string[]): void {
  const claims = splitAt(pieces, 'CLM')
  for (const claim of claims) {
    const clm = claim[0] ?? []
    const [place, qualifier, frequency = ''] = (clm[5] ?? '').split(component)
    expect(/^[A-Za-z0-9]{1,20}$/.test(clm[1] ?? ''), 'CLM01 is not 1 to 20 letters and digits', errors)
    expect(place !== '' && qualifier === 'B' && /^[178]$/.test(frequency), 'CLM05 is not place:B:frequency', errors)
    expect(
      ['Y', 'A', 'Y', 'Y'].every((value, index) => clm[6 + index] === value),
      'CLM06 to CLM09 are not Y A Y Y',
      errors,
    )
    if (frequency !== '1') need(claim, 'REF*F8', '2300', errors)
    need(claim, 'NM1*82', '2310B', errors)
    need(claim, 'PRV*PE*PXC', '2310B', errors)
    const lines = splitAt(claim, 'LX')
    expect(lines.length >= 1 && lines.length <= 50, 'a claim has 1 to 50 lines', errors)
    const beforeLines = claim.slice(0, indexOf(claim, 'LX'))
    let total = 0n
    for (const [index, line] of lines.entries()) {
      expect(line[0]?.[1] === String(index + 1), 'LX does not count up', errors)
      const sv3 = one(line, 'SV3')
      expect(
        new RegExp(`^AD${escaped(component)}D\\d{4}`).test(sv3?.[1] ?? ''),
        'SV301 is not AD and a CDT code',
        errors,
      )
      expect(/^\d+$/.test(sv3?.[6] ?? ''), 'SV306 has no quantity', errors)
      total += cents(sv3?.[2] ?? '', errors)
      const dated = [...beforeLines, ...line].some((piece) => piece[0] === 'DTP' && piece[1] === '472')
      expect(dated, 'a line has no service date', errors)
      need(line, 'REF*6R', '2400', errors)
    }
    expect(cents(clm[2] ?? '', errors) === total, 'CLM02 is not the sum of SV302', errors)
    checkOtherPayer(claim, errors)
  }
}

/** Loops 2320 to 2330B and 2430: what a payer before paid and adjusted comes to every charge. */
function checkOtherPayer(claim: Piece[], errors: string[]): void {
  const other = claim.slice(indexOf(claim, 'SBR'), indexOf(claim, 'LX'))
  const decided = claim.filter(([id]) => id === 'SVD')
  if (other.length === 0) {
    expect(decided.length === 0, 'a loop 2430 without its 2320', errors)
    return
  }
  need(other, 'OI***Y***Y', '2320', errors)
  need(other, 'NM1*IL*1', '2330A', errors)
  const payer = other.find((piece) => piece[0] === 'NM1' && piece[1] === 'PR')
  expect(payer?.[8] === 'PI', '2330B has no payer id', errors)
  let paid = -adjusted(other, errors)
  for (const line of splitAt(claim, 'LX')) {
    const svd = one(line, 'SVD')
    if (svd === undefined) continue
    expect(svd[1] === payer?.[9], 'SVD01 is not the payer of 2330B', errors)
    need(line, 'DTP*573*D8', '2430', errors)
    const decision = line.slice(indexOf(line, 'SVD'))
    const of = cents(svd[2] ?? '', errors)
    expect(
      of + adjusted(decision, errors) === cents(one(line, 'SV3')?.[2] ?? '', errors),
      'SVD02 + CAS is not SV302',
      errors,
    )
    paid += of
  }
  const stated = other.find((piece) => piece[0] === 'AMT' && piece[1] === 'D')
  if (decided.length > 0) expect(cents(stated?.[2] ?? '', errors) === paid, 'AMT*D is not SVD02 less CAS', errors)
}

function adjusted(pieces: Piece[], errors: string[]): bigint {
  const amounts = pieces.flatMap((piece) =>
    piece[0] === 'CAS' ? piece.filter((_, element) => element >= 3 && element % 3 === 0) : [],
  )
  return amounts.reduce((total, amount) => total + cents(amount, errors), 0n)
}

/** What formats.md 3 asks of a 276. */
export function check276(all: Piece[], errors: string[]): void {
  need(all, 'BHT*0010*13', '276', errors)
  const levels = levelsOf(all)
  checkNamed(levels, errors)
  const asked = levels.filter(
    (level) => level.code === '23' || (level.code === '22' && !levels.some((other) => other.parent === level.number)),
  )
  expect(asked.length > 0, 'an inquiry about nobody', errors)
  for (const { pieces } of asked) {
    need(pieces, 'DMG*D8', '276 patient', errors)
    need(pieces, 'TRN*1', '276 patient', errors)
    need(pieces, 'AMT*T3', '276 patient', errors)
    need(pieces, 'DTP*472', '276 patient', errors)
  }
}

/** What formats.md 3 asks of a 277CA (X214) or of an inquiry's 277 (X212). */
export function check277(all: Piece[], guide: string, component: string, errors: string[]): void {
  const acknowledges = guide === '005010X214'
  need(all, `BHT*${acknowledges ? '0085' : '0010'}*08`, '277', errors)
  expect(one(all, 'BHT')?.[6] === (acknowledges ? 'TH' : 'DG'), 'BHT06 does not fit the guide', errors)
  const levels = levelsOf(all)
  checkNamed(levels, errors)
  for (const level of levels) {
    const isPatient =
      level.code === 'PT' ||
      level.code === '23' ||
      (level.code === '22' && !levels.some((other) => other.parent === level.number))
    if (isPatient) {
      need(level.pieces, 'TRN*2', '277 patient', errors)
      need(level.pieces, 'STC', '277 patient', errors)
    }
    for (const stc of level.pieces.filter((piece) => piece[0] === 'STC')) {
      const [category = '', status = ''] = (stc[1] ?? '').split(component)
      expect(
        /^[ADEFPR]\d{1,2}[FN]?$/.test(category) && /^\d{1,3}$/.test(status),
        'STC01 is not category and status',
        errors,
      )
    }
  }
}

/** NM1 of the source, receiver, provider, subscriber and patient. */
function checkNamed(levels: Level[], errors: string[]): void {
  const names: Record<string, string[]> = {
    '20': ['PR', 'AY'],
    '21': ['41'],
    '19': ['1P', '85'],
    '22': ['IL'],
    '23': ['QC'],
    PT: ['QC'],
  }
  for (const level of levels) {
    const named = level.pieces.some((piece) => piece[0] === 'NM1' && (names[level.code] ?? []).includes(piece[1] ?? ''))
    expect(named, `HL ${level.number} has no name of its level`, errors)
  }
}

interface Level {
  number: string
  parent: string
  code: string
  pieces: Piece[]
}

function levelsOf(all: Piece[]): Level[] {
  return splitAt(all, 'HL').map((pieces) => ({
    number: pieces[0]?.[1] ?? '',
    parent: pieces[0]?.[2] ?? '',
    code: pieces[0]?.[3] ?? '',
    pieces,
  }))
}

/** The runs of segments that begin with `id`; what stands before the first is left out. */
function splitAt(pieces: Piece[], id: string): Piece[][] {
  const runs: Piece[][] = []
  for (const piece of pieces) {
    if (piece[0] === id) runs.push([piece])
    else runs.at(-1)?.push(piece)
  }
  return runs
}

/** `start`: the segment's first elements, as `NM1*85`. */
function need(pieces: Piece[], start: string, loop: string, errors: string[]): void {
  const elements = start.split('*')
  const found = pieces.some((piece) => elements.every((value, index) => piece[index] === value))
  expect(found, `${loop} has no ${start}`, errors)
}

function one(pieces: Piece[], id: string): Piece | undefined {
  return pieces.find((piece) => piece[0] === id)
}

function indexOf(pieces: Piece[], id: string): number {
  const index = pieces.findIndex((piece) => piece[0] === id)
  return index === -1 ? pieces.length : index
}

/** Thousandths, so that every currency fits; as whole numbers without rounding. */
function cents(text: string, errors: string[]): bigint {
  const match = /^(-?)(\d*)(?:\.(\d{1,3}))?$/.exec(text)
  if (!match || text === '') {
    errors.push('an amount is no decimal number')
    return 0n
  }
  return BigInt(`${match[1]}${match[2] || '0'}${(match[3] ?? '').padEnd(3, '0')}`)
}

function escaped(character: string): string {
  return character.replace(/[\\^$.*+?()[\]{}|]/, '\\$&')
}

export function expect(holds: boolean, otherwise: string, errors: string[]): void {
  if (!holds) errors.push(otherwise)
}
