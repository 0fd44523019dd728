/** Why collecting a connection's answers failed, in our words: no provider's, no server's. */
export const COLLECT_FAILURES = {
  unreachable: 'the provider’s server cannot be reached, or breaks off',
  'sign-in': 'the provider does not accept our sign-in',
  'host-key': 'the server shows another host key than the one we trust',
  folder: 'the folder with the answers cannot be opened or listed',
  files: 'some files in the folder cannot be read, or are too large',
  answer: 'the provider answers with an error, or with what the adapter cannot read',
  'connection-unusable': 'the connection’s address or secrets cannot be read',
  broke: 'our own collecting broke down',
} as const

export type CollectFailure = keyof typeof COLLECT_FAILURES

export const COLLECT_FAILURE_NAMES = Object.keys(COLLECT_FAILURES) as [CollectFailure, ...CollectFailure[]]
