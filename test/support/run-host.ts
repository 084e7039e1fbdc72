import { startTestHost } from './host.ts'

/** Runs a host as a process of its own: prints its URL and a token as one JSON line, ends when standard input does. */
const host = await startTestHost()
process.stdout.write(`${JSON.stringify({ url: host.url, token: await host.token('fixture:read') })}\n`)
process.stdin.resume()
process.stdin.on('end', () => {
  void host.close()
})
