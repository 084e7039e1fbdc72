import { Writable } from 'node:stream'

/**
 * Takes standard output for a protocol alone. Whatever else this process writes there from now on (`console.log` of the
 * configuration, a plugin or a library) goes to standard error. A program that a plugin starts with its own standard output
 * inherited, and a write to file descriptor 1 itself, are not seen here.
 *
 * @returns the way to the real standard output
 */
export function claimStandardOutput(): Writable {
  const { stdout, stderr } = process
  const write = stdout.write.bind(stdout)
  stdout.write = stderr.write.bind(stderr)
  // The command ends at a closed pipe; here calls are cut off first. What is written tells of the failure itself.
  stdout.removeAllListeners('error')
  stdout.on('error', () => undefined)
  return new Writable({
    decodeStrings: false,
    write: (chunk: string | Uint8Array, _encoding, done) => {
      write(chunk, done)
    },
  })
}
