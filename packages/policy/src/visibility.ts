/**
 * Who is shown a tool that they may not call.
 *
 * - `granted`: nobody; it is listed to those who may call it.
 * - `listed`: everybody, with the scopes that it needs, so that a client can step up.
 * - `concealed`: nobody, and to those without its scopes it is an unknown tool on every path.
 */
export type Visibility = 'granted' | 'listed' | 'concealed'
