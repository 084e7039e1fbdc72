/** What a line is made for. */
export interface ClientLineInput {
  /** The MCP URL: the configured resource. */
  readonly url: string
  /** What the client calls this host; characters that a client would refuse become `-`. */
  readonly name: string
  /** The scopes to pin, for clients that let a line do it; the others ask for what the host challenges. */
  readonly scopes: readonly string[]
}

/** How to connect one MCP client: dated data, rendered into text to paste. */
export interface ClientLine {
  /** What `toolgate connect` takes. */
  readonly id: string
  readonly name: string
  /** What `render` returns: a shell command, text for a settings file, an address to open, or numbered steps. */
  readonly kind: 'command' | 'json' | 'toml' | 'link' | 'steps'
  /** Where the text goes. */
  readonly place: string
  /** Whether `render` puts the scopes into the text. */
  readonly pinsScopes: boolean
  /** Who opens connections to the host: a program on the user's machine, or a service on the internet. */
  readonly calledFrom: 'machine' | 'internet'
  render(input: ClientLineInput): string
  /** An address that adds the host with one click, where the client has one beside its line. */
  link?(input: ClientLineInput): string
  /** The day, YYYY-MM-DD, on which text and note were compared with the source. */
  readonly checkedOn: string
  /** The page that documents the line. */
  readonly source: string
  /** What this client does about scopes that it lacks. */
  readonly note: string
}
