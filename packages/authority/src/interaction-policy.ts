import { interactionPolicy } from 'oidc-provider'

const { Check, Prompt, base } = interactionPolicy

/**
 * When the provider asks the user. Sign-in: without a session, with one whose user is gone, or on request. Consent:
 * always, for every request and every client. Nothing that was allowed before is remembered.
 */
export function createInteractionPolicy(): interactionPolicy.DefaultPolicy {
  const policy = base()
  policy
    .get('login')
    ?.checks.add(
      new Check('account_gone', 'the user of the session is gone', ({ oidc }) =>
        oidc.session?.accountId !== undefined && oidc.account === undefined
          ? Check.REQUEST_PROMPT
          : Check.NO_NEED_TO_PROMPT,
      ),
    )
  policy.remove('consent')
  policy.add(
    new Prompt(
      { name: 'consent', requestable: true },
      new Check('always_asked', 'the user decides anew', 'consent_required', ({ oidc }) =>
        oidc.result?.consent === undefined ? Check.REQUEST_PROMPT : Check.NO_NEED_TO_PROMPT,
      ),
    ),
  )
  return policy
}
