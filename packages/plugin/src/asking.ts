import type { FromSchema, JSONSchema } from 'json-schema-to-ts'

/** What every question to the client may say beside itself. */
export interface AskOptions {
  /**
   * Names the question on the wire, `^[A-Za-z0-9_.-]{1,64}$`, and ties its answer to it when the handler starts again. By default
   * its place among the questions of the call: `input-1`. Give it where questions depend on each other.
   */
  readonly key?: string
  /** The answer counts for one call alone: the host remembers that it was used. For what must not happen twice. */
  readonly once?: boolean
}

/** A question to the person in front of the client (MCP specification, client/elicitation, form mode). Never ask for a secret. */
export interface Elicitation<Schema extends JSONSchema = JSONSchema> extends AskOptions {
  readonly message: string
  /** An object of texts, numbers, booleans and choices, none of them nested. The answer is checked against it. */
  readonly schema: Schema
}

/** What a person did with a question: filled in the form, refused, or went away from it. */
export type ElicitationAnswer<Content = unknown> =
  { readonly action: 'accept'; readonly content: Content } | { readonly action: 'decline' | 'cancel' }

/**
 * A page that the person in front of the client is asked to open (MCP specification, client/elicitation, URL mode): for what must not
 * pass through the client, such as a secret or a sign-in elsewhere. The page itself has to find out who opens it.
 */
export interface UrlElicitation extends AskOptions {
  readonly message: string
  /** One of the tool's `elicitUrls`, to the letter. */
  readonly url: string
  /**
   * The call cannot go on before the page was visited: in a session of revision 2025-11-25 it ends with the error -32042, and the client
   * calls again. Elsewhere the person is asked as ever.
   */
  readonly required?: boolean
}

/** What a person did when asked to open a page. `accept` says that they agreed to open it, not what they did there. */
export type UrlElicitationAnswer =
  | {
      readonly action: 'accept'
      /** Tells the client that what was to be done there is done, where its revision has a word for it and the call still runs. */
      readonly complete: () => void
    }
  | { readonly action: 'decline' | 'cancel' }

/** Asks the person in front of the client. */
export interface Elicit {
  (question: UrlElicitation): Promise<UrlElicitationAnswer>
  <const Schema extends JSONSchema>(question: Elicitation<Schema>): Promise<ElicitationAnswer<FromSchema<Schema>>>
}

type SamplingContent =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'image' | 'audio'; readonly data: string; readonly mimeType: string }

/** One message of a conversation with a model. */
export interface SamplingMessage {
  readonly role: 'user' | 'assistant'
  readonly content: SamplingContent | readonly SamplingContent[]
}

/** What the client's model is asked (MCP specification, client/sampling). */
export interface Sampling extends AskOptions {
  readonly messages: readonly SamplingMessage[]
  readonly maxTokens: number
  readonly systemPrompt?: string
  readonly temperature?: number
  readonly stopSequences?: readonly string[]
  readonly modelPreferences?: {
    readonly hints?: readonly { readonly name?: string }[]
    readonly costPriority?: number
    readonly speedPriority?: number
    readonly intelligencePriority?: number
  }
}

/** What the model said. It comes from the client: check it like anything a caller sends. */
export interface SamplingAnswer {
  readonly role: 'user' | 'assistant'
  readonly content: SamplingContent | readonly SamplingContent[]
  readonly model: string
  readonly stopReason?: string
}

/** A folder that the client lets servers know of. A hint, never a permission. */
export interface Root {
  readonly uri: string
  readonly name?: string
}

/** Severity of a message for the client, least severe first (RFC 5424 section 6.2.1). */
export type LogLevel = 'debug' | 'info' | 'notice' | 'warning' | 'error' | 'critical' | 'alert' | 'emergency'

/** What a handler may ask its client, and tell it on the way. */
export interface Conversation {
  /** What this client can be asked, and by this request. What it cannot be asked throws a `ToolError` that says why. */
  readonly canAsk: {
    readonly elicit: boolean
    /** Whether the person can be asked to open a page. */
    readonly elicitUrl: boolean
    readonly sample: boolean
    readonly listRoots: boolean
  }
  /**
   * Asks the person in front of the client. At revision 2026-07-28 the call ends here and the handler runs again from its start once
   * there is an answer, so nothing before it may change anything; questions that are awaited together make one round trip.
   */
  readonly elicit: Elicit
  /**
   * Asks the client's model, like `elicit`. Revision 2026-07-28 of the protocol knows it, and has deprecated it; few clients have it.
   */
  readonly sample: (question: Sampling) => Promise<SamplingAnswer>
  /**
   * Asks for the client's roots, like `elicit`. Revision 2026-07-28 of the protocol knows it, and has deprecated it.
   */
  readonly listRoots: (options?: AskOptions) => Promise<readonly Root[]>
  /** Sends the client a message of at least the level that it asked for; does nothing if it asked for none. Never log a secret. */
  readonly log: (level: LogLevel, data: unknown, logger?: string) => void
  /**
   * Lets go of the connection while a long call goes on: the client comes back for the answer after so many milliseconds. Does nothing
   * where the client could not come back.
   */
  readonly letGo: (retryMs?: number) => void
}
