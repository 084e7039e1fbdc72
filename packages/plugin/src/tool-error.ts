/**
 * A failure that the model may read: the message reaches the caller as the text of a result with `isError: true`.
 * Write what to do about it; leave out paths, stacks and secrets.
 */
export class ToolError extends Error {
  override readonly name = 'ToolError'
}
