import { protectedResourceMetadataUrl } from '@toolgate/auth'

const milliseconds = 3000

/**
 * Asks a host which scopes its tools need, as any client would (RFC 9728 section 3.1).
 *
 * @returns undefined if the host does not answer
 */
export async function advertisedScopes(resource: string): Promise<readonly string[] | undefined> {
  try {
    const response = await fetch(protectedResourceMetadataUrl(resource), {
      signal: AbortSignal.timeout(milliseconds),
      redirect: 'error',
    })
    const metadata: unknown = response.ok ? await response.json() : undefined
    const scopes: unknown =
      typeof metadata === 'object' && metadata !== null ? Reflect.get(metadata, 'scopes_supported') : undefined
    return Array.isArray(scopes) ? scopes.filter((scope) => typeof scope === 'string') : undefined
  } catch {
    return undefined
  }
}
