/**
 * Whether a host is this machine, where plain http is no risk: `localhost`, 127.0.0.0/8 or ::1, with or without brackets.
 * Other names that resolve there do not count (RFC 6761 section 6.3, RFC 8252 section 8.3).
 */
export function isLoopbackHost(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(host)
}
