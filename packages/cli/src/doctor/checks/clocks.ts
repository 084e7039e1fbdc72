import { fault, ok, warning, type Finding } from '../finding.ts'
import type { IssuerObservation, Observation } from '../observation.ts'
import type { Answer, NoAnswer } from '../probe.ts'

const check = 'clock'
/** Seconds by which clocks may differ where the configuration says nothing. */
const defaultSkewSeconds = 5
const mend = 'Let both machines keep time by NTP, or set clockSkewSeconds of the issuer (60 at most).'

/** The clocks of host and issuers, by the `Date` of their answers: tokens begin and end by them. */
export function checkClocks({ unauthorized, issuers, local }: Observation): readonly Finding[] {
  const host = skewOf([unauthorized])
  if ('problem' in unauthorized) return []
  const findings = issuers.flatMap((each) => {
    if (each.metadata === undefined) return []
    const settings = local?.issuers.find(({ issuer }) => issuer === each.issuer)
    return [compare(each, host, settings?.clockSkewSeconds ?? defaultSkewSeconds)]
  })
  return [ownClock(host), ...findings]
}

function ownClock(host: number | undefined): Finding {
  if (host === undefined) return warning(check, 'The host sends no Date.', 'Let the proxy pass it on.')
  if (Math.abs(host) <= defaultSkewSeconds * 1_000) return ok(check, 'The clocks of host and doctor agree.')
  return warning(check, `The clock of the host is ${words(host)} of the one here.`, 'Let both keep time by NTP.')
}

function compare({ issuer, documents }: IssuerObservation, host: number | undefined, allowed: number): Finding {
  const own = skewOf(documents.map(({ answer }) => answer))
  if (own === undefined) return warning(check, `${issuer} sends no Date, so its clock is not known.`, mend)
  const between = own - (host ?? 0)
  const bound = `${String(allowed)} s are allowed`
  if (Math.abs(between) <= allowed * 1_000) {
    return ok(check, `The clock of ${issuer} agrees with the host's (${bound}).`)
  }
  return fault(check, `The clock of ${issuer} is ${words(between)} of the host's; ${bound}.`, mend)
}

function skewOf(answers: readonly (Answer | NoAnswer)[]): number | undefined {
  return answers.flatMap((answer) => ('problem' in answer ? [] : [answer.skewMs])).find((skew) => skew !== undefined)
}

function words(skew: number): string {
  return `${String(Math.round(Math.abs(skew) / 1_000))} s ${skew > 0 ? 'ahead' : 'behind'}`
}
