import { resolveIssuerSettings, type DpopMode, type IssuerSettings } from '@toolgate/auth'

/**
 * How the tokens of the embedded authorization server are judged; its issuer is the origin of the resource.
 *
 * @throws {IssuerSettingsError} when the origin is neither https nor loopback
 */
export function embeddedIssuerSettings(resource: string, hostName: string, dpop: DpopMode): IssuerSettings {
  const issuer = new URL(resource).origin
  const algorithms = ['ES256']
  return resolveIssuerSettings({ issuer, name: hostName, algorithms, claims: ['username'], dpop }, resource)
}
