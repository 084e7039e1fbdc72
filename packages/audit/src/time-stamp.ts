/** Tells the time as records have it: ISO 8601 in UTC, with milliseconds. The second is written out once. */
export function createTimeStamp(now: () => number = Date.now): () => string {
  let second = Number.NaN
  let head = ''
  let told = Number.NaN
  let text = ''
  return () => {
    const time = now()
    if (time === told) return text
    const milliseconds = time % 1000
    if (time - milliseconds !== second) {
      second = time - milliseconds
      head = new Date(second).toISOString().slice(0, 20)
    }
    told = time
    text = `${head}${String(milliseconds).padStart(3, '0')}Z`
    return text
  }
}

/** The UTC day of such a time. */
export function dayOf(time: string): string {
  return time.slice(0, 10)
}
