import type { IssuerSettings } from '@toolgate/auth'
import type { ToolSummary } from '@toolgate/core'
import type { JsonObject } from './json-object.ts'
import type { Answer, NoAnswer } from './probe.ts'

/** What the configuration of the host says, where there is one to read. */
export interface LocalPolicy {
  /** Path of the file, from the folder that the command was typed in. */
  readonly file: string
  readonly resource: string
  /** External issuers; empty with the embedded server. */
  readonly issuers: readonly IssuerSettings[]
  readonly embedded: boolean
  /** Tools, and what else is offered, each with the place in mcp.config.ts that speaks of it. */
  readonly tools: readonly (ToolSummary & { readonly setting: string })[]
  readonly initialScopes: readonly string[]
  /** Every scope that the metadata should list. */
  readonly advertisedScopes: readonly string[]
}

/** One place of an issuer's metadata. */
export interface IssuerDocument {
  readonly form: 'RFC 8414' | 'OpenID Connect'
  readonly answer: Answer | NoAnswer
  /** The object, or what is wrong with it. */
  readonly document: JsonObject | string
}

/** What an issuer answered. */
export interface IssuerObservation {
  readonly issuer: string
  /** Why it was not asked at all. */
  readonly refused: string | undefined
  readonly documents: readonly IssuerDocument[]
  /** The first document that is an object, which clients take. */
  readonly metadata: JsonObject | undefined
  /** Where its keys are said to be, and what is there. */
  readonly keys: { readonly url: string; readonly document: JsonObject | string } | undefined
}

/** Everything that was seen from outside, before anything of it is judged. */
export interface Observation {
  /** The MCP URL, as it was typed. */
  readonly url: string
  readonly local: LocalPolicy | undefined
  /** A request without a token. */
  readonly unauthorized: Answer | NoAnswer
  /** The same from a web page of somebody else. */
  readonly foreignOrigin: Answer | NoAnswer
  /** The protected resource metadata: with the path of the resource, then without. */
  readonly metadata: readonly {
    readonly url: string
    readonly answer: Answer | NoAnswer
    readonly document: JsonObject | string
  }[]
  /** The first of them that is an object. */
  readonly resourceMetadata: JsonObject | undefined
  readonly issuers: readonly IssuerObservation[]
  /** What clients of 2025-03-26 find on the origin of the host. */
  readonly legacy: JsonObject | string
}
