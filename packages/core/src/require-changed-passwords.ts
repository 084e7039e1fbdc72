import { isLoopbackHost } from '@toolgate/auth'
import type { UserStore } from '@toolgate/authority'
import { HostError } from './errors.ts'

/**
 * A first password may have been seen by others, in a file or on a screen: it is good for loopback alone.
 *
 * @throws HostError `default-password`
 */
export function requireChangedPasswords(users: UserStore, host: string): void {
  const unchanged = users.list().filter((user) => !user.passwordChanged)
  const [first] = unchanged
  if (isLoopbackHost(host) || first === undefined) return
  throw new HostError(
    'default-password',
    `the password of ${unchanged.map(({ name }) => name).join(', ')} was never changed`,
    [
      {
        path: 'listen.host',
        message: `${host} is reachable from other machines, and a first password may have been seen by others`,
        mend: `run: toolgate user password ${first.name}`,
      },
    ],
  )
}
