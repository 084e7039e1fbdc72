/**
 * The issuer of a caller without a token: the local client of `toolgate stdio`. A configured issuer is a URL, so that no token
 * ever names this one.
 */
export const localIssuer = 'stdio'
