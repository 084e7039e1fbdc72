import { finding } from './checked.ts'
import type { Finding } from './load-fault.ts'
import { hiddenCharacter } from './readable-text.ts'

/** Characters of a title. */
export const maxTitle = 200
/** Characters of a description. */
export const maxDescription = 16_384

/**
 * Checks a text that people and models read; an absent one is fine.
 *
 * @param lines whether it may have several lines
 */
export function checkText(where: string, text: unknown, max: number, lines: boolean): Finding[] {
  if (text === undefined) return []
  if (typeof text !== 'string' || text.length > max || text.trim() === '') {
    const message = `${where} is not a text of 1 to ${String(max)} characters`
    return [finding('bad_text', message, 'Say in a sentence what it is for.')]
  }
  const hidden = hiddenCharacter(text, lines)
  if (hidden === undefined) return []
  return [finding('bad_text', `${where} holds ${hidden}, which a reader cannot see`, 'Remove the character.')]
}
