/** What can be judged. */
export type ThingKind = 'tool' | 'resource' | 'template' | 'prompt'

/**
 * The name by which a thing is judged and stands in the audit: a tool's is its own, all others say what they are. No tool's name
 * has a space, so they never meet.
 */
export function thingKey(kind: ThingKind, name: string): string {
  return kind === 'tool' ? name : `${kind} ${name}`
}
