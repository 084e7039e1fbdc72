import { createRequire } from 'node:module'

// Stryker's runner asks for files of mocha without their extension, and since mocha 12 that is .cjs.
const { extensions } = createRequire(import.meta.url)
extensions['.cjs'] ??= extensions['.js']

/** Stryker's mocha runner, able to find mocha 12. */
export const { createMochaTestRunnerFactory, strykerPlugins, strykerValidationSchema } =
  await import('@stryker-mutator/mocha-runner')
