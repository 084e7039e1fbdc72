/** Remembers which address each failed request went to: what `fetch` throws does not say. */
export interface AddressRecorder {
  readonly fetch: typeof fetch
  /** The address that gave no answer, if that is what an error comes from. */
  addressOf(error: unknown): URL | undefined
}

/** Wraps a `fetch`; its answers and its errors stay what they are. */
export function createAddressRecorder(inner: typeof fetch): AddressRecorder {
  const addresses = new WeakMap<Error, URL>()
  return {
    async fetch(input, init) {
      try {
        return await inner(input, init)
      } catch (error) {
        if (error instanceof Error) addresses.set(error, new URL(input instanceof Request ? input.url : input))
        throw error
      }
    },
    addressOf(error) {
      for (let cause = error; cause instanceof Error; cause = cause.cause) {
        const address = addresses.get(cause)
        if (address !== undefined) return address
      }
      return undefined
    },
  }
}
