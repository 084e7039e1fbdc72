import { AuditError, openAudit, type Audit, type AuditOptions } from '@toolgate/audit'
import { dirname, extname, join, basename } from 'node:path'

/** Servers that may run at once on one configuration, each with an audit file of its own. */
const mostFiles = 32

/**
 * Opens the audit of one `toolgate stdio`. A file belongs to one process, and every window of a client starts one: the first
 * takes the file, the next `<name>-2`, and so on; a file that is free again is taken again, and its chain goes on.
 *
 * @returns the audit, and the file that it is in
 * @throws AuditError as `openAudit`; `in_use` only if all 32 files are
 */
export async function openStdioAudit(options: AuditOptions): Promise<{ readonly audit: Audit; readonly file: string }> {
  for (let number = 1; ; number += 1) {
    const file = number === 1 ? options.file : numbered(options.file, number)
    try {
      return { audit: await openAudit({ ...options, file }), file }
    } catch (error) {
      if (!(error instanceof AuditError && error.code === 'in_use') || number === mostFiles) throw error
    }
  }
}

function numbered(file: string, number: number): string {
  const extension = extname(file)
  return join(dirname(file), `${basename(file, extension)}-${String(number)}${extension}`)
}
