import { closeSync, fstatSync, openSync, statSync } from 'node:fs'

function isOpenAs(fd: number, file: string): boolean {
  const { ino, dev } = statSync(file)
  try {
    const open = fstatSync(fd)
    return open.ino === ino && open.dev === dev
  } catch {
    return false
  }
}

/** Puts the null device under this process's descriptor of a file: it takes what is written and refuses to be synced. */
export function spoilDescriptor(file: string): void {
  const fd = Array.from({ length: 1024 }, (_, index) => index).find((index) => isOpenAs(index, file)) ?? -1
  closeSync(fd)
  const others: number[] = []
  for (let got = openSync('/dev/null', 'r+'); got !== fd; got = openSync('/dev/null', 'r+')) others.push(got)
  others.forEach((other) => {
    closeSync(other)
  })
}
