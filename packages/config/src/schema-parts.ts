/** Schema of a text of some characters. */
export const text = (description: string, maxLength = 200): object => ({
  type: 'string',
  minLength: 1,
  maxLength,
  description,
})
/** Schema of an absolute URL. */
export const url = (description: string): object => ({ type: 'string', minLength: 1, maxLength: 2_048, description })
/** Schema of a whole number in a range. */
export const count = (description: string, minimum: number, maximum: number, byDefault: number): object => ({
  type: 'integer',
  minimum,
  maximum,
  default: byDefault,
  description,
})
