import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { ToolError } from '@toolgate/plugin'
import { abortable } from './abortable.ts'
import { isPublicAddress } from './public-address.ts'

/** An IP address and its family, 4 or 6. */
export interface Address {
  readonly address: string
  readonly family: number
}

/** Finds the addresses of a host name. */
export type LookUp = (hostname: string) => Promise<readonly Address[]>

/** {@link LookUp} by the system's resolver. */
export const lookUpHost: LookUp = (hostname) => lookup(hostname, { all: true })

/**
 * The addresses to connect to for the host of a URL, each of them checked.
 *
 * @throws ToolError if one of them is not public, unless private ones are allowed, or if there is none
 */
export async function resolveAddresses(
  hostname: string,
  options: { readonly lookUp: LookUp; readonly privateAddresses: boolean; readonly signal: AbortSignal },
): Promise<readonly [Address, ...Address[]]> {
  const literal = hostname.replace(/^\[(.*)\]$/u, '$1')
  const family = isIP(literal)
  const found = family ? [{ address: literal, family }] : await abortable(options.lookUp(hostname), options.signal)
  const [first, ...rest] = found
  if (!first) throw new ToolError(`The host ${hostname} has no address.`)
  if (!options.privateAddresses && !found.every(({ address }) => isPublicAddress(address))) {
    throw new ToolError(`The host ${hostname} has an address that is not public. This tool does not connect to it.`)
  }
  return [first, ...rest]
}
