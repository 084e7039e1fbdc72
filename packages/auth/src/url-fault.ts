import { isLoopbackHost } from './loopback-host.ts'

/** What is wrong with an address that this host fetches from, if anything is: https, loopback aside, without credentials. */
export function urlFault(value: unknown): string | undefined {
  if (typeof value !== 'string' || !URL.canParse(value)) return 'must be an absolute URL'
  const url = new URL(value)
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopbackHost(url.hostname))) {
    return 'must be https (http is for loopback addresses alone)'
  }
  if (url.username !== '' || url.password !== '') return 'must not hold credentials'
  if (/[#\s]/.test(value)) return 'must hold no fragment and no white space'
  return undefined
}
