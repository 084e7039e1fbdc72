/** `npm run mutation`: are the tests of policy and auth able to fail? Run by hand; the score is in docs/mutation.md. */
export default {
  testRunner: 'mocha',
  plugins: ['./scripts/mutation/mocha-runner.mjs'],
  mochaOptions: {
    config: '.mocharc.mutation.json',
    spec: ['packages/policy/test/*.test.ts', 'packages/auth/test/*.test.ts'],
  },
  mutate: ['packages/policy/src/**/*.ts', 'packages/auth/src/**/*.ts', '!packages/*/src/index.ts'],
  // In a copy, imports by the package's name would reach the code that is not mutated.
  inPlace: true,
  disableTypeChecks: false,
  ignorePatterns: ['**', '!packages/policy/**', '!packages/auth/**'],
  coverageAnalysis: 'perTest',
  concurrency: 2,
  ignoreStatic: false,
  reporters: ['clear-text', 'html', 'json', 'progress'],
  clearTextReporter: { allowColor: false, reportTests: false },
  htmlReporter: { fileName: 'coverage/mutation/index.html' },
  jsonReporter: { fileName: 'coverage/mutation/report.json' },
  tempDirName: 'coverage/mutation/.tmp',
}
