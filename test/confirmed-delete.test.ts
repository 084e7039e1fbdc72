import { expect } from 'chai'
import { rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { askedIn, askTool, textOf } from './support/asking/asking-host.ts'
import { startTestHost, type TestHost } from './support/host.ts'
import { pluginFolder } from './support/plugin-folder.ts'
import { callTool } from './support/wire.ts'

describe('the deletion of a note', () => {
  let host: TestHost
  let folder: string
  let token: string
  before(async () => {
    const notes = pathToFileURL(resolve(import.meta.dirname, '../plugins/notes/src/index.ts')).href
    folder = await pluginFolder({ notes: `export { default } from ${JSON.stringify(notes)}\n` })
    host = await startTestHost({
      plugins: join(folder, 'plugins'),
      config: { tools: { notes_delete: { allowSharedScope: true } } },
    })
    token = await host.token('notes:read notes:write')
  })
  after(async () => {
    await host.close()
    await rm(folder, { recursive: true, force: true })
  })

  const create = async (title: string) => {
    const answer = await callTool('modern', host.url, token, 'notes_create', { title, body: '' })
    return (answer.result()['structuredContent'] as { readonly id: string }).id
  }

  it('is confirmed by name, and done once', async () => {
    const id = await create('Milk')
    const { inputRequests, requestState } = askedIn(await askTool(host.url, token, 'notes_delete', { args: { id } }))
    expect(inputRequests['confirm']?.params['message']).to.equal('Delete the note "Milk" for good?')
    const yes = {
      args: { id },
      requestState,
      inputResponses: { confirm: { action: 'accept', content: { delete: true } } },
    }
    const answer = await askTool(host.url, token, 'notes_delete', yes)
    expect(answer.result()['structuredContent']).to.deep.equal({ id, deleted: true })
    expect(textOf(await askTool(host.url, token, 'notes_delete', yes))).to.include('You have no note with this id')
  })

  it('confirms one note and no other', async () => {
    const [id, other] = [await create('Milk'), await create('Bread')]
    const { requestState } = askedIn(await askTool(host.url, token, 'notes_delete', { args: { id } }))
    const inputResponses = { confirm: { action: 'accept', content: { delete: true } } }
    const answer = await askTool(host.url, token, 'notes_delete', { args: { id: other }, requestState, inputResponses })
    expect(answer.error().code).to.equal(-32602)
  })

  it('needs no confirmation of a client that cannot be asked', async () => {
    const id = await create('Milk')
    const answer = await callTool('modern', host.url, token, 'notes_delete', { id })
    expect(answer.result()['structuredContent']).to.deep.equal({ id, deleted: true })
  })
})
