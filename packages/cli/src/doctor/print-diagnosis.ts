import type { Terminal } from '../terminal.ts'
import type { Diagnosis } from './diagnose.ts'
import type { Level } from './finding.ts'

const width = 7

/** A diagnosis as a person reads it: one line per finding, and under it what to do. */
export function printDiagnosis(terminal: Terminal, { url, configuration, findings, notLooked }: Diagnosis): void {
  terminal.print(`${terminal.strong(url)}${configuration === undefined ? '' : `, held against ${configuration}`}\n`)
  for (const { check, level, seen, mend } of findings) {
    const word = level.padEnd(width)
    terminal.print(`${level === 'ok' ? word : terminal.warning(word)}  ${check}: ${seen}`)
    if (mend !== '') terminal.print(`${' '.repeat(width)}  ${mend}`)
  }
  terminal.print(`\nNot looked at\n${notLooked.map((line) => `  ${line}`).join('\n')}\n`)
  const count = (level: Level) => findings.filter((each) => each.level === level).length
  const plural = (level: 'fault' | 'warning') => `${String(count(level))} ${level}${count(level) === 1 ? '' : 's'}`
  terminal.print(`${plural('fault')}, ${plural('warning')}, ${String(count('ok'))} ok.`)
}
