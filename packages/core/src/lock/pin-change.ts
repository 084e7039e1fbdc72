import type { Direction } from './pinned-facts.ts'

/** What a caller comes to with a tool, from nothing to everything. */
export type Access = 'denied' | 'depends-on-arguments' | 'allowed'

/** What a change of tools or of their configuration does. What it was stands in `from`, what it is in `to`. */
export type PinChange =
  | {
      /** Such a caller may do more than before, or less. */
      readonly direction: 'opens' | 'closes'
      readonly subject: 'access'
      readonly tool: string
      /** A caller who holds all of these; empty is any signed-in caller. Whoever holds more is in the same place. */
      readonly scopes: readonly string[]
      /** Only for arguments that meet this condition: the hash of its schema. */
      readonly condition?: string
      readonly from: Access
      readonly to: Access
    }
  | {
      /** What a rule opens cannot be told, because it has too many alternatives. It counts as opening. */
      readonly direction: 'opens'
      readonly subject: 'access-unknown'
      readonly tool: string
    }
  | {
      /** A condition on arguments came, went or asks for other scopes. What a changed schema lets through no machine can say. */
      readonly direction: 'opens' | 'closes'
      readonly subject: 'condition'
      readonly tool: string
      readonly condition: string
      readonly from: string
      readonly to: string
    }
  | {
      /** A line of the pin: who is shown the tool, or what it is. */
      readonly direction: Direction
      readonly subject: 'fact'
      readonly tool: string
      readonly fact: string
      readonly from: string
      readonly to: string
    }
  | {
      /** The tool came or went; the rest of what it opens or closes follows as access. */
      readonly direction: 'opens' | 'closes'
      readonly subject: 'tool'
      readonly tool: string
      readonly from: string
      readonly to: string
    }
  | {
      /** A scope stands for others than before. */
      readonly direction: 'opens' | 'closes'
      readonly subject: 'implies'
      readonly scope: string
      readonly from: string
      readonly to: string
    }
  | {
      /** Tokens get other scopes by the rules of `grants`. */
      readonly direction: 'opens' | 'closes'
      readonly subject: 'grants'
      /** Claims that are just enough for a rule. */
      readonly claims: Readonly<Record<string, unknown>>
      readonly issuer: string
      readonly from: string
      readonly to: string
    }
  | {
      /** Tokens of an issuer are taken, or not any more, or are judged in another way. Of two configurations alone. */
      readonly direction: Direction
      readonly subject: 'issuer'
      readonly issuer: string
      /** Absent where the issuer itself came or went. */
      readonly setting?: string
      readonly from: string
      readonly to: string
    }

/** A word in the place of what is not there. */
export const absent = 'absent'
