/**
 * Headers of a file that somebody else made: saved, never shown inside our own pages, never guessed
 * at. The name is in the two forms of RFC 6266; its ASCII form carries nothing that could end the
 * header.
 */
export function download(mediaType: string, fileName: string): Record<string, string> {
  const ascii = fileName.replace(/[^A-Za-z0-9._ -]/g, '_')
  const encoded = encodeURIComponent(fileName).replace(
    /['()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return {
    'content-type': mediaType,
    'content-disposition': `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`,
    'content-security-policy': "default-src 'none'; sandbox",
    'x-content-type-options': 'nosniff',
    'cache-control': 'private, no-store',
  }
}
