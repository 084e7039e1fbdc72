/** What the text needs to know of a client. */
export interface DocumentedClient {
  readonly id: string
  readonly name: string
  readonly kind: 'command' | 'json' | 'toml' | 'link' | 'steps'
  readonly place: string
  readonly calledFrom: 'machine' | 'internet'
  readonly checkedOn: string
  readonly source: string
  readonly note: string
  render(input: { readonly url: string; readonly name: string; readonly scopes: readonly string[] }): string
}

const marked = /(<!-- clients:? *([\w ,-]*?) *-->\n)[\s\S]*?(<!-- \/clients -->)/g

const urls = { machine: 'http://127.0.0.1:8787/mcp', internet: 'https://tools.example.com/mcp' }

const fences = { command: 'sh', json: 'json', toml: 'toml', link: 'text', steps: 'text' }

/**
 * Fills each part of a page between `<!-- clients: vscode cursor -->` and `<!-- /clients -->` with what to paste into
 * these clients; without a name between the marks, into all of them.
 */
export function fillClientLines(text: string, clients: readonly DocumentedClient[], scopes: readonly string[]): string {
  return text.replaceAll(marked, (_, open: string, ids: string, close: string) => {
    const wanted = ids.split(/[ ,]+/).filter(Boolean)
    const shown = wanted.length === 0 ? clients : wanted.map((id) => clientOf(clients, id))
    return [open, ...shown.map((client) => entry(client, scopes)), close].join('\n')
  })
}

function clientOf(clients: readonly DocumentedClient[], id: string): DocumentedClient {
  const found = clients.find((client) => client.id === id)
  if (found === undefined) throw new Error(`no such client: ${id}`)
  return found
}

function entry(client: DocumentedClient, scopes: readonly string[]): string {
  const text = client.render({ url: urls[client.calledFrom], name: 'toolgate', scopes })
  const source = `[Source](${client.source}), compared on ${client.checkedOn}.`
  return `**${client.name}**: ${client.place}.\n\n\`\`\`${fences[client.kind]}\n${text}\n\`\`\`\n\n${client.note} ${source}\n`
}
