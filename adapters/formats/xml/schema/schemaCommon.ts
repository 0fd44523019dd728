/**
 * A schema around one kind of document: its own declarations and what all kinds share (header,
 * amounts, times, observations).
 */
export function schemaOf(declarations: string): string {
  return `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" elementFormDefault="unqualified">${declarations}${COMMON}</xs:schema>`
}

/**
 * Elements in a fixed order; `?` may be left out, `*` may come any number of times, `+` at least
 * once.
 */
export function sequence(...elements: string[]): string {
  return `<xs:complexType><xs:sequence>${elements.map(element).join('')}</xs:sequence></xs:complexType>`
}

/** "IDPayer:id?" is an optional element of the type `id`. */
function element(text: string): string {
  const match = /^([A-Za-z]+):([a-zA-Z:]+)([?*+]?)$/.exec(text)
  if (!match) throw new Error(`${text} describes no element`)
  const [, name, type, often = ''] = match
  return `<xs:element name="${name}" type="${type}"${OCCURS[often] ?? ''}/>`
}

const OCCURS: Readonly<Record<string, string>> = {
  '?': ' minOccurs="0"',
  '*': ' minOccurs="0" maxOccurs="unbounded"',
  '+': ' maxOccurs="unbounded"',
}

export function complexType(name: string, ...elements: string[]): string {
  return `<xs:complexType name="${name}"><xs:sequence>${elements.map(element).join('')}</xs:sequence></xs:complexType>`
}

export function simpleType(name: string, facets: string): string {
  return `<xs:simpleType name="${name}"><xs:restriction base="xs:token">${facets}</xs:restriction></xs:simpleType>`
}

export function oneOf(...values: string[]): string {
  return values.map((value) => `<xs:enumeration value="${value}"/>`).join('')
}

export function pattern(value: string): string {
  return `<xs:pattern value="${value}"/>`
}

export function upTo(length: number): string {
  return `<xs:minLength value="1"/><xs:maxLength value="${length}"/>`
}

const COMMON = [
  simpleType('id', upTo(60)),
  simpleType('text', upTo(2000)),
  simpleType('amount', pattern('-?[0-9]{1,12}(\\.[0-9]{1,3})?')),
  simpleType('notNegative', pattern('[0-9]{1,12}(\\.[0-9]{1,3})?')),
  simpleType('quantity', pattern('[0-9]{1,6}(\\.[0-9]{1,2})?')),
  simpleType('time', pattern('[0-3][0-9]/[01][0-9]/[12][0-9]{3} [0-2][0-9]:[0-5][0-9]')),
  simpleType('dayOrTime', pattern('[0-3][0-9]/[01][0-9]/[12][0-9]{3}( [0-2][0-9]:[0-5][0-9])?')),
  simpleType('count', pattern('[1-9][0-9]{0,6}')),
  simpleType('disposition', oneOf('TEST', 'PRODUCTION')),
  // 3 CPT, 4 HCPCS, 5 drug, 6 dental, 8 service, 9 DRG, 10 scientific code.
  simpleType('activityType', oneOf('3', '4', '5', '6', '8', '9', '10')),
  complexType(
    'header',
    'SenderID:id',
    'ReceiverID:id',
    'TransactionDate:time',
    'RecordCount:count',
    'DispositionFlag:disposition',
  ),
  complexType('observation', 'Type:id', 'Code:id', 'Value:xs:string?', 'ValueType:id?'),
].join('')
