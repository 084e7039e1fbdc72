let waiting: (() => void)[] = []

/**
 * Runs a write at the end of this turn of the event loop, with all others of it: those who wait for their answers on the same
 * machine, as a proxy does, are woken up once for all of them, and the kernel takes most of a write's time to wake somebody up.
 *
 * @param write - must not throw
 */
export function atTurnEnd(write: () => void): void {
  if (waiting.length === 0) setImmediate(endTurn)
  waiting.push(write)
}

function endTurn(): void {
  const writes = waiting
  waiting = []
  for (const write of writes) write()
}
