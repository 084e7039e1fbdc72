import type { InputRequiredResult, ProtocolError } from '@modelcontextprotocol/server'

/** How a call ends before its handler does, because of what the handler asked. */
export type ConversationEnd =
  /** The client is asked, and the call starts again with its answers. */
  | { readonly kind: 'input-required'; readonly result: InputRequiredResult }
  /** What the client sent for an answer is not good. */
  | { readonly kind: 'refused'; readonly error: ProtocolError }
  /** The client is told to have a page opened, and to call again. */
  | { readonly kind: 'page-required'; readonly error: ProtocolError }
  /** In words for the model. */
  | { readonly kind: 'over'; readonly words: string }
