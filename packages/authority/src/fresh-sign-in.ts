/**
 * The query of an authorization request, with a demand for a recent sign-in in the form that the provider takes.
 *
 * A client that follows the challenge of a tool sends `max_age` (RFC 9470 section 4), and no `openid`, which the provider
 * insists on for `max_age` (it is a parameter of OpenID Connect). Such a request becomes `prompt=login`: whoever asks for
 * a recent sign-in signs in now, also if the last time would have been recent enough.
 */
export function withFreshSignIn(search: string): string {
  const parameters = new URLSearchParams(search)
  const once = ['max_age', 'prompt', 'scope'].every((name) => parameters.getAll(name).length <= 1)
  const words = (name: string) => (parameters.get(name) ?? '').split(' ').filter((word) => word !== '')
  if (!once || !parameters.has('max_age') || words('scope').includes('openid')) return search
  // A request for no page at all that asks for a recent sign-in is refused by the provider.
  if (words('prompt').includes('none')) return search
  parameters.delete('max_age')
  parameters.set('prompt', [...new Set(['login', ...words('prompt')])].join(' '))
  return `?${parameters.toString()}`
}
