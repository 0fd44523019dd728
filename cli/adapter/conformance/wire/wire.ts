import type { Check } from '../check.ts'
import type { Subject } from '../subject.ts'
import { emailChecks } from './email.ts'
import { httpChecks } from './http.ts'
import { manualChecks } from './manual.ts'
import { sftpChecks } from './sftp.ts'

/** The fault scenarios of the adapter's transport, over the real protocol where there is one. */
export function wireChecks(subject: Subject): Check[] {
  switch (subject.adapter.declaration.transport) {
    case 'http':
      return httpChecks(subject)
    case 'sftp':
      return sftpChecks(subject)
    case 'email':
      return emailChecks(subject)
    case 'manual':
      return manualChecks
  }
}
