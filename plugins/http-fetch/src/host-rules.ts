/** Says which host names may be asked. */
export interface HostRules {
  /** @param hostname - as `URL.hostname` gives it: lower case, punycode, no port */
  allow(hostname: string): boolean
}

function normalize(rule: string, name: string): string {
  const fault = new Error(
    `allowedHosts holds ${JSON.stringify(rule)}, which is no host name such as "docs.example.com"`,
  )
  if (!/^[^\s/?#@:\\*%]+$/u.test(name) && !/^\[[0-9a-f:.]+\]$/iu.test(name)) throw fault
  if (!URL.canParse(`https://${name}/`)) throw fault
  return new URL(`https://${name}/`).hostname
}

/**
 * Reads the setting `allowedHosts`. `docs.example.com` is that host alone; `*.example.com` is every host below
 * `example.com`, however deep, and not `example.com` itself.
 *
 * @throws Error for a rule that is no host name, and for a wildcard anywhere but as the whole first label
 */
export function parseHostRules(rules: readonly string[]): HostRules {
  const exact = new Set<string>()
  const suffixes: string[] = []
  for (const rule of rules) {
    if (!rule.startsWith('*.')) {
      exact.add(normalize(rule, rule))
      continue
    }
    const parent = normalize(rule, rule.slice(2))
    if (!/^[^.]+\.[^.]/u.test(parent) || /^[\d.]+$/u.test(parent)) {
      throw new Error(`allowedHosts holds ${JSON.stringify(rule)}: a wildcard needs at least two labels after it`)
    }
    suffixes.push(`.${parent}`)
  }
  return {
    allow: (hostname) =>
      exact.has(hostname) ||
      suffixes.some((suffix) => hostname.endsWith(suffix) && !hostname.startsWith('.') && hostname !== suffix),
  }
}
