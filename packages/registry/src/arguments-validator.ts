import type { Validator } from './schema/validator.ts'

const made = new WeakMap<Validator, Validator>()

/** The check of arguments, which may be left out where none is needed. Of one check there is one, however many tools it is for. */
export function argumentsValidator(validate: Validator): Validator {
  let validator = made.get(validate)
  if (validator === undefined) {
    validator = (args) => validate(args === undefined ? {} : args)
    made.set(validate, validator)
  }
  return validator
}
