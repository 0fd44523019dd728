/**
 * The provider's own code and text, kept verbatim. `list` names the code list (for example `CARC`).
 */
export interface Said {
  list?: string
  code?: string
  text?: string
}
