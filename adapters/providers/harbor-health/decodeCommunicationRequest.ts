import type { Said } from '../../../domain/claim.ts'
import type { Notice } from '../../contract.ts'
import { codeIn, instantOf } from '../../formats/fhir/datatypes.ts'
import { patientSaid } from '../../formats/fhir/patientMarks.ts'
import type { JsonObject } from '../../formats/fhir/readJson.ts'
import { communicationRequest } from '../../formats/fhir/resources.ts'
import { ourWord } from '../../formats/ourWord.ts'
import { DOCUMENTS, SYSTEMS } from './codes.ts'
import { matchClaim } from './matchClaim.ts'

/**
 * Harbor wants papers, about one claim or several. Their free text stays in `said`: only our own
 * words go on to the workflow.
 */
export function decodeCommunicationRequest(resource: JsonObject): Notice[] {
  const read = communicationRequest.safeParse(resource)
  if (!read.success)
    return [{ kind: 'unreadable', because: 'a CommunicationRequest lacks or garbles what every one has' }]
  const { about, status, reasonCode = [], payload = [], authoredOn, subject, contained } = read.data
  const { marks } = patientSaid(subject, contained)
  const codes = reasonCode.map((reason) => codeIn(reason, SYSTEMS.document))
  const documents = [...new Set(codes.map((code) => ourWord(DOCUMENTS, code) ?? 'other'))]
  const said: Said[] = [
    ...codes.map((code) => ({ list: 'requested-document', code: code ?? 'unknown' })),
    ...payload.flatMap(({ contentString }) => (contentString === undefined ? [] : [{ text: contentString }])),
  ]
  const at = instantOf(authoredOn)
  return about.map((claim): Notice => {
    const match = matchClaim(claim)
    const fact =
      status === 'active' ? ({ type: 'documents_requested', documents } as const) : ({ type: 'other' } as const)
    return {
      kind: 'claim',
      match: Object.keys(marks).length === 0 ? match : { ...match, marks },
      fact,
      ...(at === undefined ? {} : { at }),
      said: status === 'active' ? said : [{ list: 'status', code: status }, ...said],
      references: match.references,
    }
  })
}
