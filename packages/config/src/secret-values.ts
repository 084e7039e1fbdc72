/** Under which a resolved config keeps what came from the environment; copies made by spreading keep it too. */
export const secretValues: unique symbol = Symbol('toolgate.config.secretValues')

/** Values that came from the environment, in a shape that neither JSON nor `console.log` shows. */
export class SecretValues {
  readonly #values: readonly string[]

  constructor(values: Iterable<string>) {
    this.#values = Object.freeze([...new Set(values)])
    Object.freeze(this)
  }

  /** The values, longest first, so that one that holds another is replaced whole. */
  list(): readonly string[] {
    return this.#values.toSorted((a, b) => b.length - a.length)
  }
}
