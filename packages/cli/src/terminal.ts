import { styleText } from 'node:util'

/** Where a command prints, and what the place can show. */
export interface Terminal {
  /** Prints one line, or several, of what was asked for. */
  print(text: string): void
  /** Prints one line beside what was asked for: on standard error, so that pipes stay clean. */
  remark(text: string): void
  /** A person reads standard output. */
  readonly isInteractive: boolean
  /** The width of the place in columns. */
  readonly columns: number
  strong(text: string): string
  faint(text: string): string
  warning(text: string): string
}

type Style = Parameters<typeof styleText>[0]

/** The terminal of this process. `NO_COLOR` and `FORCE_COLOR` are honoured (no-color.org). */
export function createTerminal(output: NodeJS.WriteStream = process.stdout): Terminal {
  const style = (format: Style) => (text: string) => styleText(format, text, { stream: output })
  return {
    print: (text) => void output.write(`${text}\n`),
    remark: (text) => void process.stderr.write(`${text}\n`),
    isInteractive: output.isTTY,
    columns: output.isTTY ? output.columns : 120,
    strong: style('bold'),
    faint: style('dim'),
    warning: style('yellow'),
  }
}
