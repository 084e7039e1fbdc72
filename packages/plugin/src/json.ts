/** A value that JSON can carry (RFC 8259). */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue }

/** A JSON Schema of dialect 2020-12, as a plain object. `$ref` may point inside the schema only; it is never fetched. */
export type JsonSchema = { readonly [keyword: string]: unknown }
