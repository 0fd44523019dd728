export interface Scenario {
  failure: string
  /** What the product must do then. */
  correct: string
  /** The subject with which its test will come: the only reason for having none. */
  later?: string
}

const APP = 'the API for practice apps'
const RELEASE = 'the first release: until then nothing older runs'

/**
 * What may go wrong between a clinic and an HMO. Tests and comments cite a row by its id; an id is
 * never used for another failure. After a change: `npx vitest run test/failureModes -u`.
 */
export const SCENARIOS = {
  A1: { failure: 'A caller repeats a create after a timeout', correct: 'One claim, and the same answer every time' },
  A2: { failure: 'The same key comes with another request', correct: 'Refused; nothing changes' },
  A3: {
    failure: 'The API dies after the commit and before the answer',
    correct: 'The repeat gets the answer that was stored',
  },
  A4: {
    failure: 'The database connection is lost while it commits',
    correct: 'The key tells whether it was committed; there is never a second row',
  },
  A5: { failure: 'Two people edit one draft', correct: 'The later one is refused; nothing is overwritten unseen' },
  A6: { failure: 'A claim is edited after it was submitted', correct: 'Refused; only a corrected claim changes it' },
  A7: { failure: 'An upload breaks off', correct: 'There is no such attachment' },
  A8: {
    failure: 'An attachment is of a wrong type, too large, or made to harm',
    correct: 'Refused before anything of it is unpacked; what is kept is only ever downloaded',
  },
  A9: { failure: 'The same file is attached twice', correct: 'One attachment' },
  A10: {
    failure: 'A file name holds a path, a line break or signs that turn the text',
    correct: 'Never used as a path; encoded where it is shown',
  },
  A11: {
    failure: 'The same service is claimed a second time under another key',
    correct: 'Refused until a person overrides it with a reason, which is audited',
  },
  A12: {
    failure: 'An amount is no whole number, or a date does not exist',
    correct: 'Refused with the place of the field',
  },
  B1: {
    failure: 'The API is killed while a claim is submitted',
    correct: 'The claim is submitted and its workflow runs, or it is still a draft',
  },
  B2: { failure: 'A claim is submitted twice at the same moment', correct: 'One workflow and one sending' },
  B3: {
    failure: 'Temporal is down when a claim is submitted',
    correct: '503 with Retry-After; the draft stays, and a later try submits it once',
  },
  B4: {
    failure: 'The provider took the message, and we died before we noted it',
    correct: 'The sending is resolved to sent; the provider has it once',
  },
  B5: {
    failure: 'A send ends without an answer, and the provider has nothing',
    correct: 'Resolved to not sent; the same bytes go again under the same key',
  },
  B6: {
    failure: 'The provider takes the message after a look-up found nothing',
    correct: 'Key or control number stop a second one; a channel with neither waits for a person',
  },
  B7: {
    failure: 'A sender that was given up goes on sending',
    correct: 'Only the sender that holds the lease may note anything',
  },
  B8: {
    failure: 'A page for people comes instead of an answer',
    correct: 'The sending is unknown, never sent',
  },
  B9: {
    failure: 'The answer names another claim, or none',
    correct: 'The sending is unknown, and a person looks',
  },
  B10: { failure: 'The provider refuses the claim', correct: 'Rejected with the reason; not sent again' },
  B11: {
    failure: 'The sign-in or certificate is no longer accepted',
    correct: 'One new sign-in, then the account stops with one worklist item; its claims wait',
  },
  B12: {
    failure: 'The provider asks to be left alone for a while',
    correct: 'It is; the rate stays within the agreed limit afterwards too',
  },
  B13: {
    failure: 'A provider is down for days',
    correct: 'Its claims wait and escalate by age; others are not affected',
  },
  B14: { failure: 'The provider says that it has this already', correct: 'Resolved to the sending that it has' },
  B15: {
    failure: 'The time in which the provider knows our key has passed',
    correct: 'Looked up before anything goes again',
  },
  B16: { failure: 'One claim cannot be written', correct: 'It goes to the worklist, and the next one leaves' },
  B17: {
    failure: 'A cancel meets a send',
    correct: 'Cancelled and never sent, or sent and then voided; never cancelled with a sending at the provider',
  },
  B18: { failure: 'A correction is asked for twice', correct: 'One corrected claim' },
  B19: {
    failure: 'Many sendings take control numbers at once',
    correct: 'None comes twice; a gap is explained by a row',
  },
  B20: {
    failure: 'Settings or mapping change between two tries',
    correct: 'The bytes of the first try go again, to the same place',
  },
  C1: { failure: 'An upload is cut', correct: 'The provider never sees a half file under its final name' },
  C2: { failure: 'The file has its name, and the reply is lost', correct: 'A look at the folder says that it is sent' },
  C3: {
    failure: 'The file is collected before we look',
    correct: 'Unknown until an acknowledgement comes; it is not sent again',
  },
  C4: { failure: 'Another file has the name already', correct: 'Nothing is overwritten, and a person looks' },
  C5: { failure: 'The disk is full or the folder closed', correct: 'Certainly not sent; tried again later' },
  C6: { failure: 'The server shows another host key', correct: 'Refused, and a person looks' },
  C7: { failure: 'A file is still being written when we collect', correct: 'Not read until it stands still' },
  C8: { failure: 'Two collectors see one file', correct: 'One document' },
  C9: { failure: 'A listing names paths or links', correct: 'Refused' },
  D1: { failure: 'A mail was taken, and the confirmation is lost', correct: 'Unknown; only news resolves it' },
  D2: {
    failure: 'A mail bounces or is delayed',
    correct: 'Matched by our Message-ID; a bounce refuses the delivery, a delay changes nothing',
  },
  D3: { failure: 'An automatic reply comes', correct: 'It is never an acknowledgement' },
  D4: { failure: 'One mail lies in two folders, or the folder is renumbered', correct: 'One document' },
  D5: {
    failure: 'A stranger writes in the name of a provider',
    correct: 'Believed only from an allowed sender whom our own server has verified',
  },
  D6: { failure: 'A provider names a wrong reference', correct: 'Nothing is guessed; the notice waits unmatched' },
  D7: { failure: 'A mail is built to exhaust its reader', correct: 'Refused by its bytes, before a parser sees it' },
  D8: {
    failure: 'A name in a claim would add a header or a recipient',
    correct: 'The message is not sent, or the name is encoded',
  },
  E1: {
    failure: 'An acknowledgement never comes',
    correct: 'The deadline asks the provider, then billing staff, then the owner, each once',
  },
  E2: { failure: 'One acknowledgement comes twice', correct: 'One step of the claim' },
  E3: { failure: 'An acknowledgement comes before we noted the send', correct: 'It proves the send' },
  E4: { failure: 'An acknowledgement comes after the escalation', correct: 'Applied, and the worklist item closes' },
  E5: {
    failure: 'News comes out of order',
    correct: 'A forward jump names the steps it implies; any order ends in one state',
  },
  E6: {
    failure: 'News names a claim that we do not have, or that is another clinic’s',
    correct: 'It waits unmatched; it never reaches another clinic',
  },
  E7: {
    failure: 'News would move a decided claim back',
    correct: 'The decision stands, and a person sees the conflict',
  },
  E8: { failure: 'A provider decides again, or single lines only', correct: 'An explicit step, line by line' },
  E9: {
    failure: 'A status code is unknown',
    correct: 'The state stays, their words are kept, and a person looks',
  },
  E10: { failure: 'An acknowledgement is about an earlier sending', correct: 'Matched by number, not to the latest' },
  E11: {
    failure: 'Two collectors overlap, or a page moves while it is read',
    correct: 'One of them holds the lease; the place is kept together with the documents',
  },
  E12: {
    failure: '“Not found” right after the send',
    correct: 'Believed only once the provider’s own lag is over',
  },
  E13: { failure: 'A person and the provider speak at once', correct: 'Both are on the timeline; a conflict is shown' },
  E14: {
    failure: 'A provider’s clock or zone is wrong, or the clocks change',
    correct: 'UTC inside, a zone per connection; their times alone never order anything',
  },
  E15: { failure: 'Our own clock jumps', correct: 'Timers and leases do not' },
  E16: { failure: 'Ten thousand claims lie idle for weeks', correct: 'Their histories do not grow' },
  F1: { failure: 'A remittance comes twice', correct: 'Posted once' },
  F2: {
    failure: 'Another payment has the same trace number',
    correct: 'Another amount, day or payer is posted too, and a person looks; another split of the same is held',
  },
  F3: { failure: 'A remittance does not add up', correct: 'Quarantined whole; nothing of it is posted' },
  F4: { failure: 'A payment is reversed and corrected', correct: 'Both are entries; the net is right' },
  F5: { failure: 'What was never posted is reversed', correct: 'In suspense, and a person looks' },
  F6: { failure: 'Too much, nothing or less than nothing is paid', correct: 'Posted as it is; never clipped' },
  F7: {
    failure: 'One claim of many in a remittance is unknown',
    correct: 'That one is in suspense, the others are posted; the sum is the remittance’s',
  },
  F8: { failure: 'We die in the middle of a large remittance', correct: 'All of it is posted, or nothing' },
  F9: { failure: 'Two remittances pay one claim at once', correct: 'One after the other; the sum is right' },
  F10: {
    failure: 'An amount may be read in two ways',
    correct: 'Read by the provider’s own rule to whole minor units, or quarantined',
  },
  F11: { failure: 'The bank received another amount', correct: 'The difference is open until somebody explains it' },
  F12: {
    failure: 'Money comes before the acknowledgement, or for a claim that is over',
    correct: 'Always booked; a conflict goes to a person',
  },
  G1: { failure: 'A worker, API or collector is killed', correct: 'It goes on; nothing is lost or doubled' },
  G2: { failure: 'Postgres is killed or its disk is full', correct: '503 without loss; the pools recover' },
  G3: { failure: 'Temporal is killed or away', correct: 'As B3; timers fire late, not never' },
  G4: { failure: 'A release changes what a workflow does', correct: 'The replay of recorded histories fails first' },
  G5: { failure: 'An SDK update breaks the replay', correct: 'The same replay runs for dependencies' },
  G6: { failure: 'Two releases run at once', correct: 'The older one works on the newer schema', later: RELEASE },
  G7: { failure: 'Fifty thousand claims wait', correct: 'Oldest first, and no provider holds up another' },
  G8: {
    failure: 'The database is restored from a backup',
    correct: 'Nothing is sent until providers were asked what they have',
  },
  G9: { failure: 'A message outgrows what Temporal carries', correct: 'Bytes never go there; only ids do' },
  G10: { failure: 'A parser hangs or eats memory', correct: 'It runs apart, within limits' },
  G11: { failure: 'Everything recovers at once', correct: 'In bounded batches' },
  H1: {
    failure: 'Somebody asks for another organisation’s rows',
    correct: 'As if they did not exist; row-level security holds where a query forgets',
  },
  H2: { failure: 'A caller does what the role may not', correct: 'Refused unless it is allowed by name' },
  H3: { failure: 'A token is forged or expired', correct: '401', later: APP },
  H4: { failure: 'XML carries entities or a document type', correct: 'Refused before the parser; nothing is fetched' },
  H5: { failure: 'An archive explodes or escapes its folder', correct: 'Refused by ratio, count, size and name' },
  H6: {
    failure: 'An address leads into our own network',
    correct: 'Judged at the connection, by number; no redirect is followed',
  },
  H7: { failure: 'An exported cell is a formula', correct: 'Escaped' },
  H8: { failure: 'Patient data would reach logs, errors or Temporal', correct: 'It does not' },
  H9: {
    failure: 'A push is forged, repeated, old or another organisation’s',
    correct: 'The signature of the raw bytes and the time decide, in constant time; a repeat is the same document',
  },
  H10: { failure: 'A provider’s answer is hostile', correct: 'Limits of size and time; no redirects' },
  H11: { failure: 'A name holds SQL, XML or a log line', correct: 'It comes back unchanged' },
  H12: { failure: 'Somebody guesses keys or ids', correct: 'Limited by caller; ids are random', later: APP },
  H13: { failure: 'Somebody edits the audit log', correct: 'No role of the product can', later: APP },
  H14: { failure: 'A secret would stand in code, settings or logs', correct: 'References only; sealed at rest' },
  H15: { failure: 'A key is revoked while it is used', correct: 'Refused from the next request on', later: APP },
  H17: { failure: 'A dependency has a known hole', correct: 'The build says so' },
  H18: { failure: 'Temporal UI is open', correct: 'It shows ids, codes and amounts only', later: APP },
  H19: { failure: 'Data must be deleted', correct: 'Wherever its bytes went', later: APP },
} satisfies Record<string, Scenario>
