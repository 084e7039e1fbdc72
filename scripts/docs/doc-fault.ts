/** Something in the documentation that is not so. */
export interface DocFault {
  /** From the root of the repository. */
  readonly path: string
  readonly line: number
  readonly message: string
}
