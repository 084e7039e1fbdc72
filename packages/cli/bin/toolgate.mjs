#!/usr/bin/env node
import module from 'node:module'
import { join } from 'node:path'

const major = Number(process.versions.node.split('.')[0])
if (major < 24) {
  console.error(
    `toolgate needs Node 24 or newer, this is ${process.versions.node}: run it by npm (npm start, npx toolgate) after npm ci, or install Node 24: on Linux "npm install node@24" does it for this folder.`,
  )
  process.exit(1)
}
// Halves the time to start. It lies beside the code, so whoever could change it could change the code as well.
module.enableCompileCache(join(import.meta.dirname, '..', '.cache'))
// Options may stand before it; for another command that has such a word nothing is lost but some milliseconds.
if (process.argv.slice(2).includes('serve')) {
  const { applyServerFlags } = await import('../src/server-flags.ts')
  applyServerFlags()
}
await import('../src/main.ts')
