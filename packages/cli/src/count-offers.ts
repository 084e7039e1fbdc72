/**
 * How many things plugins offer, in words: `2 tools`, and `14 tools, resources and prompts` where not all of them are tools.
 *
 * @param offers each by the key that it is judged by: the name of a tool has no space, anything else begins with what it is
 */
export function countOffers(offers: readonly { readonly tool: string }[]): string {
  if (offers.some(({ tool }) => tool.includes(' '))) return `${String(offers.length)} tools, resources and prompts`
  return `${String(offers.length)} ${offers.length === 1 ? 'tool' : 'tools'}`
}
