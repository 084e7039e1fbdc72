import type { ClientCapabilities } from '@modelcontextprotocol/server'
import { ToolError } from '@toolgate/plugin'

/** The client cannot be asked. A handler that lets it through ends with these words, or with the protocol's own error. */
export class CannotAsk extends ToolError {
  /** What the client would have to declare, at the revision that has an error for it; undefined elsewhere. */
  readonly required: ClientCapabilities | undefined
  constructor(words: string, required?: ClientCapabilities) {
    super(words)
    this.required = required
  }
}
