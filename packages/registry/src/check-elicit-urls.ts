import { finding, type Checked } from './checked.ts'

/** URLs that one tool may declare, and characters of each. */
const mostUrls = 32
const longestUrl = 2_048
const loopback = ['localhost', '127.0.0.1', '[::1]']

/** Checks `elicitUrls` of a tool: what it may send a person to. https, loopback aside, and no credentials. */
export function checkElicitUrls(where: string, urls: unknown): Checked<readonly string[] | undefined> {
  if (urls === undefined) return { ok: true, value: undefined }
  if (!Array.isArray(urls) || urls.length === 0 || urls.length > mostUrls) {
    const mend = "Write elicitUrls: ['https://tools.example.com/connect'], or leave it out."
    return {
      ok: false,
      findings: [finding('bad_elicit_url', `${where}: elicitUrls is no list of 1 to ${String(mostUrls)} URLs`, mend)],
    }
  }
  const findings = (urls as readonly unknown[]).flatMap((url, index) => {
    const fault = faultOf(url)
    if (fault === undefined) return []
    const mend = 'Write an absolute https URL of a page of your own, or http on loopback, without credentials.'
    return [finding('bad_elicit_url', `${where}: elicitUrls[${String(index)}] ${fault}`, mend)]
  })
  return findings.length > 0 ? { ok: false, findings } : { ok: true, value: Object.freeze([...(urls as string[])]) }
}

function faultOf(text: unknown): string | undefined {
  if (typeof text !== 'string' || text.length > longestUrl || !URL.canParse(text)) return 'is no absolute URL'
  const { protocol, hostname, username, password } = new URL(text)
  if (username !== '' || password !== '') return 'holds credentials'
  const allowed = protocol === 'https:' || (protocol === 'http:' && loopback.includes(hostname))
  return allowed ? undefined : 'is neither https nor on loopback'
}
