import type { Authority, AuthorityOptions } from './authority.ts'

/**
 * Opens the embedded authorization server (OAuth 2.1, RFC 8414, RFC 7591, RFC 8707, RFC 9068, RFC 9207) on the origin of
 * the resource. Keys and database are made on the first start. Its code, that of the provider above all, is loaded here:
 * whoever only looks after users needs none of it.
 *
 * @throws {AuthorityError} `data_folder_unusable`, `keys_unreadable`, `database_newer`
 * @throws {IssuerSettingsError} when the origin is neither https nor loopback
 */
export async function openAuthority(options: AuthorityOptions): Promise<Authority> {
  const { openServer } = await import('./open-authority.ts')
  return openServer(options)
}
