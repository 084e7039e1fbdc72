import { TextDecoder } from 'node:util'
import type { ContentType } from './content-type.ts'

const declaredInHtml = /<meta[^>]{0,200}?charset\s*=\s*["']?([\w-]{1,40})/iu

function decoderFor(label: string | undefined): TextDecoder | undefined {
  try {
    return label === undefined ? undefined : new TextDecoder(label)
  } catch {
    return undefined
  }
}

/** Text of a body: by the charset of its header, else of the page's own `meta` element, else as UTF-8. */
export function decodeBody(bytes: Uint8Array, type: ContentType): string {
  const head = type.isHtml ? Buffer.from(bytes.subarray(0, 1_024)).toString('latin1') : ''
  const decoder = decoderFor(type.charset) ?? decoderFor(declaredInHtml.exec(head)?.[1]) ?? new TextDecoder()
  return decoder.decode(bytes)
}
