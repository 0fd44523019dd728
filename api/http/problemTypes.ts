/**
 * Every problem type of the API: its name (the last part of the type's URI), its title and HTTP
 * status. A name is never reused for another meaning; clients switch on it. Add a line here for a
 * new one.
 */
export const PROBLEMS = {
  // The request itself
  'malformed-body': { status: 400, title: 'The body cannot be read' },
  unauthenticated: { status: 401, title: 'No valid API key' },
  'bad-signature': { status: 401, title: 'The push is not signed by the provider' },
  forbidden: { status: 403, title: 'The API key may not do this' },
  'not-found': { status: 404, title: 'There is no such thing' },
  'method-not-allowed': { status: 405, title: 'The address knows another method' },
  'body-too-large': { status: 413, title: 'The body is too large' },
  'unsupported-media-type': { status: 415, title: 'The body has another media type than this address takes' },
  'invalid-request': { status: 422, title: 'The request is not valid' },
  'idempotency-key-missing': { status: 400, title: 'Money moves: the request needs an Idempotency-Key' },
  'idempotency-key-reused': { status: 422, title: 'The Idempotency-Key was used with another request' },
  'rate-limited': { status: 429, title: 'Too many requests' },
  'internal-error': { status: 500, title: 'Something broke on our side' },
  unavailable: { status: 503, title: 'The service is not available right now' },
  'temporal-unavailable': { status: 503, title: 'The workflow service is not available right now' },

  // What the request refers to
  'unknown-provider': { status: 422, title: 'There is no such provider' },
  'unknown-patient': { status: 422, title: 'There is no such patient' },
  'unknown-practitioner': { status: 422, title: 'There is no such practitioner' },
  'unknown-clinic': { status: 422, title: 'There is no such clinic' },
  'unknown-procedure': { status: 422, title: 'There is no such procedure' },
  'unknown-evidence': { status: 422, title: 'The claim has no such file' },
  'unknown-authorisation': { status: 422, title: 'There is no such authorisation' },
  'no-connection': { status: 422, title: 'There is no connection with the provider' },
  'claim-not-found': { status: 404, title: 'There is no such claim' },
  'patient-not-found': { status: 404, title: 'There is no such patient' },
  'attachment-not-found': { status: 404, title: 'There is no such attachment' },
  'evidence-not-found': { status: 404, title: 'There is no such file' },
  'document-not-found': { status: 404, title: 'There is no such document' },
  'document-was-read': { status: 409, title: 'The document does not need to be read again' },
  'held-not-found': { status: 404, title: 'There is nothing held of this id' },
  'held-was-resolved': { status: 409, title: 'Somebody has decided about it already' },
  'held-names-no-claim': { status: 422, title: 'It does not say which claim is meant' },
  'no-mail': { status: 409, title: 'The document cannot be shown as a mail' },

  // Sync
  'stale-version': { status: 409, title: 'A newer version is there already' },
  'version-conflict': { status: 409, title: 'This version is there already with another content' },
  'other-patient': { status: 409, title: 'It belongs to another patient' },
  'synced-at-once': { status: 409, title: 'The same thing was synced at the same time' },
  'unknown-reference': { status: 422, title: 'It refers to something that is not there' },

  // Connections and attention items
  'connection-exists': { status: 409, title: 'There is a connection with this provider in this mode already' },
  'reference-not-allowed': { status: 422, title: 'Only the operator refers to the environment' },
  'invalid-settings': { status: 422, title: 'The settings do not fit the provider' },
  'batch-not-waiting': { status: 409, title: 'The batch has left already' },
  'already-closed': { status: 409, title: 'It is closed already' },
  'upload-not-supported': { status: 409, title: 'The provider’s answers come by themselves' },

  'no-packet': { status: 404, title: 'The claim has no packet to file by hand' },
  'nothing-to-file': { status: 409, title: 'Nothing of the claim is to be filed by hand' },

  // Claims
  'claim-incomplete': { status: 422, title: 'The claim is not complete' },
  'claim-not-a-draft': { status: 409, title: 'The claim is no longer a draft' },
  'claim-already-submitted': { status: 409, title: 'The claim has been submitted already' },
  'claim-is-a-draft': { status: 409, title: 'The claim is still a draft' },
  'claim-closed': { status: 409, title: 'The claim is closed' },
  'no-lines': { status: 422, title: 'The claim has no lines' },
  'procedure-twice': { status: 422, title: 'A procedure is named twice' },
  'procedure-already-claimed': { status: 409, title: 'A procedure is already on another claim' },
  'other-hmo-first': { status: 409, title: 'Another HMO of the patient pays first' },
  'nothing-left': { status: 409, title: 'The HMO that pays first left nothing' },
  'different-first-claims': { status: 422, title: 'The procedures are on several claims to the first HMO' },
  'different-clinics': { status: 422, title: 'The procedures are of different clinics' },
  'different-visit-details': { status: 422, title: 'The visits say different things of one claim' },
  'different-practitioners': { status: 422, title: 'The procedures are of different practitioners' },
  'not-enrolled': { status: 422, title: 'The patient is not enrolled with the provider' },
  'visit-not-completed': { status: 422, title: 'The visit is not completed' },
  'filing-limit-passed': { status: 422, title: 'The filing limit has passed' },
  'wrong-currency': { status: 422, title: 'The currency is not the connection’s' },
  'wrong-amount': { status: 422, title: 'The amount cannot be right' },
  'already-resubmitted': { status: 409, title: 'The claim has been resubmitted already' },
  'cannot-resubmit': { status: 409, title: 'The claim cannot be resubmitted' },
  'purpose-not-supported': { status: 422, title: 'The provider takes no such submission' },
  'provider-reference-missing': { status: 422, title: 'The provider’s own number of the claim is missing' },
  'status-goes-backwards': { status: 409, title: 'The status would go backwards' },
  'status-changed': { status: 409, title: 'The claim has another status than the one seen' },
  'delivery-not-unknown': { status: 409, title: 'It is known whether the sending arrived' },
  'void-under-way': { status: 409, title: 'A void of the claim is under way' },
  'cannot-cancel': { status: 409, title: 'The claim cannot be cancelled' },
  'no-documents-requested': { status: 409, title: 'The provider has asked for no papers' },
  'no-new-attachments': { status: 422, title: 'There is no paper that has not been sent' },
  'claim-not-waiting': { status: 409, title: 'The claim does not wait for a cut-off' },
  'test-mode': { status: 409, title: 'The claim is on a test connection' },
  'wrong-date': { status: 422, title: 'The date cannot be right' },
  'lines-missing': { status: 422, title: 'A decision in part must say what of which line' },
  'rejection-unclear': { status: 422, title: 'Which rejection it was must be said' },
  'reason-missing': { status: 422, title: 'The provider’s reason must be said' },
  'reference-taken': { status: 409, title: 'The provider’s number is another claim’s' },
  'unknown-line': { status: 422, title: 'The claim has no such line' },
  'not-decided': { status: 409, title: 'The provider has not decided the claim' },
  'nothing-to-settle': { status: 409, title: 'Nothing of the line is open' },
  'remittance-not-found': { status: 404, title: 'There is no such remittance' },
  'remittance-not-quarantined': { status: 409, title: 'The remittance is not in quarantine' },
  'remittance-not-held': { status: 409, title: 'The remittance is not held' },
  'nothing-to-merge': { status: 409, title: 'Nothing is recorded that the remittance could be the same as' },
  'cannot-release': { status: 422, title: 'The remittance cannot be booked' },
  'payment-already-recorded': { status: 409, title: 'The payment seems to be recorded already' },
  'remittance-not-posted': { status: 409, title: 'The remittance is not in the ledger' },
  'cannot-supersede': { status: 422, title: 'The other remittance cannot take its place' },
  'no-difference': { status: 409, title: 'The bank and the remittance do not differ so' },
  'nothing-in-suspense': { status: 409, title: 'The line of the remittance is not in suspense' },
  'event-not-found': { status: 404, title: 'There is no such event' },
  'cannot-undo': { status: 409, title: 'This is nothing that can be undone' },
  'already-undone': { status: 409, title: 'It is undone already' },
  'built-upon': { status: 409, title: 'Something followed that stands on it' },
  'decision-in-force': { status: 409, title: 'The claim is decided or closed: force and a reason are needed' },
  'nothing-overpaid': { status: 409, title: 'The provider has not paid so much too much' },
  'no-such-offset': { status: 422, title: 'The remittance has not held so much back' },
  'submission-number-taken': { status: 409, title: 'The submission number is taken' },
  'wrong-file-type': { status: 422, title: 'The file is of a type that is not taken' },
} as const satisfies Record<string, { status: number; title: string }>

export type ProblemType = keyof typeof PROBLEMS

/** The type's URI; also its address in the documentation. */
export function problemUri(word: ProblemType): string {
  return `https://claimhub.example/problems/${word}`
}

export function isProblemType(word: string): word is ProblemType {
  return Object.hasOwn(PROBLEMS, word)
}
