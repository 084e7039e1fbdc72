/** Loaded by `npm run test:reliability` before the tests: they run at full length. */
process.env.TOOLGATE_RELIABILITY = 'long'
