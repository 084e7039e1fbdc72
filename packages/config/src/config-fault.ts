/** What kind of fault keeps a config from being used. Stable: scripts and tests compare it. */
export type ConfigFaultCode =
  | 'not_found'
  | 'ambiguous'
  | 'unreadable'
  | 'empty'
  | 'not_an_object'
  | 'unknown_key'
  | 'bad_value'
  | 'bad_environment'
  | 'env_unset'
  | 'unprotected'
  | 'two_authorities'
  | 'bad_issuer'
  | 'duplicate_issuer'
  | 'bad_resource'
  | 'reserved_path'
  | 'exposed_listener'
  | 'bad_origin'
  | 'bad_host'
  | 'bad_scope'
  | 'bad_grant'
  | 'implication_cycle'
  | 'unknown_tool'
  | 'unknown_thing'
  | 'unknown_plugin'
  | 'unreachable_acr'
  | 'unused_scope'
  | 'unknown_implied_scope'

/** One thing that is wrong with the config. It never holds a value that came from the environment. */
export interface ConfigFault {
  readonly code: ConfigFaultCode
  /** Where: `tools.notes_delete.scopes[0]`, `scopes["notes:write"].implies`. Empty for the file as a whole. */
  readonly path: string
  /** What is wrong, to be read after the path. */
  readonly message: string
  /** One sentence that says what to do. */
  readonly mend: string
}

/** Makes one fault. */
export function fault(code: ConfigFaultCode, path: string, message: string, mend: string): ConfigFault {
  return Object.freeze({ code, path, message, mend })
}
