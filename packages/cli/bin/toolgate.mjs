#!/usr/bin/env node
const major = Number(process.versions.node.split('.')[0])
if (major < 24) {
  console.error(
    `toolgate needs Node 24 or newer, this is ${process.versions.node}: run it by npm (npm start, npx toolgate) after npm ci, or install Node 24.`,
  )
  process.exit(1)
}
await import('../src/main.ts')
