import type { Adapter, AdapterPayload } from 'oidc-provider'

/** Keeps what one authorization server of the tests knows, for as long as it runs. */
export function createMemoryAdapter(): (model: string) => Adapter {
  const records = new Map<string, AdapterPayload>()
  return (model) => {
    const keyOf = (id: string) => `${model}:${id}`
    const find = (id: string) => Promise.resolve(records.get(keyOf(id)))
    return {
      upsert(id, payload) {
        records.set(keyOf(id), payload)
        return Promise.resolve()
      },
      find,
      findByUid: find,
      findByUserCode: find,
      consume: () => Promise.resolve(),
      destroy(id) {
        records.delete(keyOf(id))
        return Promise.resolve()
      },
      revokeByGrantId(grantId) {
        for (const [key, { grantId: of }] of records) if (of === grantId) records.delete(key)
        return Promise.resolve()
      },
    }
  }
}
