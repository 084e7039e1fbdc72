/** What kind of fault keeps a plugin out of the catalogue. Stable: scripts and tests compare it. */
export type LoadFaultCode =
  | 'not_a_folder'
  | 'bad_package'
  | 'no_entry'
  | 'import_failed'
  | 'import_timeout'
  | 'no_default_export'
  | 'bad_plugin'
  | 'unknown_key'
  | 'bad_name'
  | 'reserved_name'
  | 'bad_text'
  | 'bad_scopes'
  | 'missing_scopes'
  | 'bad_condition'
  | 'bad_freshness'
  | 'bad_annotations'
  | 'bad_task'
  | 'bad_elicit_url'
  | 'bad_timeout'
  | 'bad_visibility'
  | 'missing_handler'
  | 'bad_uri'
  | 'bad_prompt'
  | 'bad_completion'
  | 'bad_authorize'
  | 'bad_may_require'
  | 'no_tools'
  | 'shared_scope'
  | 'duplicate_tool'
  | 'duplicate_thing'
  | 'schema_not_json'
  | 'schema_root'
  | 'schema_too_large'
  | 'schema_too_deep'
  | 'schema_keyword'
  | 'schema_ref'
  | 'schema_pattern'
  | 'schema_format'
  | 'schema_property_name'
  | 'schema_header'
  | 'schema_text'
  | 'schema_invalid'
  | 'settings_invalid'
  | 'settings_unexpected'
  | 'settings_unknown_plugin'
  | 'setup_failed'
  | 'setup_timeout'

/** One thing that is wrong inside a plugin, before it is known which plugin it is. */
export interface Finding {
  readonly code: LoadFaultCode
  /** One sentence that names the tool and the key. */
  readonly message: string
  /** One sentence that says what to do. */
  readonly mend: string
  /** RFC 6901 JSON Pointer into the schema that the message names. */
  readonly pointer?: string
}

/** One thing that keeps a plugin out of the catalogue. */
export interface LoadFault extends Finding {
  /** The plugin's name, which is its folder's name. */
  readonly plugin: string
  /** Absolute path of the plugin's folder. */
  readonly folder: string
}
