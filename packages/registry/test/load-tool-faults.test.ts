import { expect } from 'chai'
import type { LoadFaultCode } from '@toolgate/registry'
import { load, pluginSource, pluginsFolder, removePluginsFolders } from './support/plugins-folder.ts'

interface BrokenTool {
  readonly when: string
  /** JavaScript that is put over a sound tool named `sample_run`. */
  readonly tool: string
  readonly code: LoadFaultCode
  readonly message: RegExp
  readonly mend: RegExp
}

const brokenTools: readonly BrokenTool[] = [
  { when: 'the name has a space', tool: "{ name: 'a b' }", code: 'bad_name', message: /"a b"/, mend: /plugin_verb/ },
  {
    when: 'the name is longer than 128',
    tool: "{ name: 'a'.repeat(129) }",
    code: 'bad_name',
    message: /aaa/,
    mend: /128/,
  },
  {
    when: 'the name has a letter that looks like another',
    tool: "{ name: 's\\u0430mple' }",
    code: 'bad_name',
    message: /tools\[0\]/,
    mend: /A-Z/,
  },
  {
    when: "the name begins as the host's own do",
    tool: "{ name: 'Toolgate_x' }",
    code: 'reserved_name',
    message: /Toolgate_x/,
    mend: /another name/,
  },
  {
    when: 'task is neither of its two words',
    tool: '{ task: true }',
    code: 'bad_task',
    message: /neither 'optional' nor 'required'/,
    mend: /leave it out/,
  },
  {
    when: 'prepare is not a function',
    tool: "{ task: 'optional', prepare: 'x' }",
    code: 'bad_task',
    message: /prepare is not a function/,
    mend: /prepare\(args, context\)/,
  },
  {
    when: 'there is prepare without task',
    tool: '{ prepare() {} }',
    code: 'bad_task',
    message: /has prepare and no task/,
    mend: /'required'/,
  },
  {
    when: 'a page is neither https nor on loopback',
    tool: "{ elicitUrls: ['https://a.example/x', 'http://b.example/'] }",
    code: 'bad_elicit_url',
    message: /elicitUrls\[1\] is neither https nor on loopback/,
    mend: /https/,
  },
  {
    when: 'a page holds credentials',
    tool: "{ elicitUrls: ['https://a:b@c.example/'] }",
    code: 'bad_elicit_url',
    message: /holds credentials/,
    mend: /without credentials/,
  },
  {
    when: 'pages are no list',
    tool: "{ elicitUrls: 'https://a.example/' }",
    code: 'bad_elicit_url',
    message: /no list of 1 to 32/,
    mend: /leave it out/,
  },
  { when: 'a key is unknown', tool: "{ scope: ['x'] }", code: 'unknown_key', message: /"scope"/, mend: /"scopes"/ },
  {
    when: 'there is no description',
    tool: '{ description: undefined }',
    code: 'bad_text',
    message: /description/,
    mend: /sentence/,
  },
  {
    when: 'the description is blank',
    tool: "{ description: ' ' }",
    code: 'bad_text',
    message: /description/,
    mend: /sentence/,
  },
  {
    when: 'the description turns the direction of reading',
    tool: "{ description: 'safe\\u202e' }",
    code: 'bad_text',
    message: /U\+202E/,
    mend: /Remove/,
  },
  {
    when: 'the description has invisible tag characters',
    tool: "{ description: 'safe\\u{e0041}' }",
    code: 'bad_text',
    message: /U\+E0041/,
    mend: /Remove/,
  },
  {
    when: 'the description has an escape sequence',
    tool: "{ description: 'safe\\u001b[2J' }",
    code: 'bad_text',
    message: /U\+001B/,
    mend: /Remove/,
  },
  { when: 'the title has two lines', tool: "{ title: 'a\\nb' }", code: 'bad_text', message: /U\+000A/, mend: /Remove/ },
  {
    when: 'it declares no scopes',
    tool: '{ scopes: undefined }',
    code: 'missing_scopes',
    message: /sample_run.*no scopes/,
    mend: /'authenticated'/,
  },
  ...(
    [
      ['are no object', 'true', /requires is not an object/],
      ['ask for nothing', '{}', /requires asks for nothing/],
      ['have an empty list', '{ acr: [] }', /acr is not a list of 1 to 10/],
      ['have an acr with a space', "{ acr: ['a b'] }", /acr is not a list/],
      ['have an acr with a quote', "{ acr: ['a\"b'] }", /acr is not a list/],
      ['have no time', '{ maxAgeSeconds: 0 }', /maxAgeSeconds is out of range/],
      ['have half a second', '{ maxAgeSeconds: 1.5 }', /maxAgeSeconds is out of range/],
      ['have a time as text', "{ maxAgeSeconds: '300' }", /maxAgeSeconds is out of range/],
    ] as const
  ).map(([what, requires, message]): BrokenTool => {
    return {
      when: `its demands on the sign-in ${what}`,
      tool: `{ requires: ${requires} }`,
      code: 'bad_freshness',
      message,
      mend: /./,
    }
  }),
  {
    when: 'its demands on the sign-in have an unknown key',
    tool: '{ requires: { maxAge: 300 } }',
    code: 'unknown_key',
    message: /requires has an unknown key "maxAge"/,
    mend: /maxAgeSeconds/,
  },
  {
    when: 'its scopes are an empty list',
    tool: '{ scopes: [] }',
    code: 'bad_scopes',
    message: /1 to 20/,
    mend: /'authenticated'/,
  },
  {
    when: 'its scopes are another word',
    tool: "{ scopes: 'public' }",
    code: 'bad_scopes',
    message: /not a requirement/,
    mend: /'authenticated'/,
  },
  { when: 'a scope has a space', tool: "{ scopes: ['a b'] }", code: 'bad_scopes', message: /"a b"/, mend: /printable/ },
  { when: 'a scope has a quote', tool: `{ scopes: ['a"b'] }`, code: 'bad_scopes', message: /a\\"b/, mend: /quote/ },
  {
    when: 'a scope has a backslash',
    tool: "{ scopes: ['a\\\\b'] }",
    code: 'bad_scopes',
    message: /no scope/,
    mend: /backslash/,
  },
  {
    when: 'a scope belongs to sign-in',
    tool: "{ scopes: ['offline_access'] }",
    code: 'bad_scopes',
    message: /offline_access/,
    mend: /your own/,
  },
  {
    when: 'anyOf is empty',
    tool: '{ scopes: { anyOf: [] } }',
    code: 'bad_scopes',
    message: /anyOf/,
    mend: /anyOf: \[\[/,
  },
  {
    when: 'an alternative is empty',
    tool: "{ scopes: { anyOf: [['a'], []] } }",
    code: 'bad_scopes',
    message: /1 to 20/,
    mend: /'authenticated'/,
  },
  {
    when: 'a requirement has an unknown key',
    tool: "{ scopes: { allOf: [['a']] } }",
    code: 'unknown_key',
    message: /"allOf"/,
    mend: /"anyOf"/,
  },
  { when: 'when is not a list', tool: '{ when: {} }', code: 'bad_condition', message: /when/, mend: /arguments/ },
  {
    when: 'a condition has an unknown key',
    tool: "{ when: [{ argument: {}, arguments: {}, scopes: ['a'] }] }",
    code: 'unknown_key',
    message: /when\[0\]/,
    mend: /"arguments"/,
  },
  {
    when: 'a condition asks for nothing',
    tool: '{ when: [{ arguments: {}, scopes: [] }] }',
    code: 'bad_scopes',
    message: /when\[0\]\.scopes/,
    mend: /Name/,
  },
  {
    when: 'a condition cannot be compiled',
    tool: "{ when: [{ arguments: { type: 'objekt' }, scopes: ['a'] }] }",
    code: 'schema_invalid',
    message: /when\[0\]\.arguments at \/type/,
    mend: /type takes one of/,
  },
  {
    when: 'annotations are a list',
    tool: '{ annotations: [] }',
    code: 'bad_annotations',
    message: /annotations/,
    mend: /readOnlyHint/,
  },
  {
    when: 'an annotation is unknown',
    tool: '{ annotations: { readonlyHint: true } }',
    code: 'unknown_key',
    message: /readonlyHint/,
    mend: /"readOnlyHint"/,
  },
  {
    when: 'an annotation is a word',
    tool: "{ annotations: { readOnlyHint: 'yes' } }",
    code: 'bad_annotations',
    message: /readOnlyHint/,
    mend: /true or false/,
  },
  {
    when: 'it is read-only and destructive',
    tool: '{ annotations: { readOnlyHint: true, destructiveHint: true } }',
    code: 'bad_annotations',
    message: /both/,
    mend: /one of the two/,
  },
  { when: 'timeoutMs is zero', tool: '{ timeoutMs: 0 }', code: 'bad_timeout', message: /timeoutMs/, mend: /600000/ },
  {
    when: 'timeoutMs is over ten minutes',
    tool: '{ timeoutMs: 600_001 }',
    code: 'bad_timeout',
    message: /timeoutMs/,
    mend: /600000/,
  },
  {
    when: 'it has no handler',
    tool: '{ handler: undefined }',
    code: 'missing_handler',
    message: /handler/,
    mend: /handler\(args/,
  },
  {
    when: 'its input is not an object',
    tool: "{ inputSchema: { type: 'array' } }",
    code: 'schema_root',
    message: /inputSchema/,
    mend: /'object'/,
  },
  {
    when: 'a type in its input is misspelt',
    tool: "{ inputSchema: { type: 'object', properties: { a: { type: 'strng' } } } }",
    code: 'schema_invalid',
    message: /at \/properties\/a\/type .+: .*\bstring\b/,
    mend: /type takes one of/,
  },
  {
    when: 'its output is not an object',
    tool: "{ outputSchema: { type: 'string' } }",
    code: 'schema_root',
    message: /outputSchema/,
    mend: /'object'/,
  },
]

describe('loading a broken tool', () => {
  afterEach(removePluginsFolders)

  for (const { when, tool, code, message, mend } of brokenTools) {
    it(`names ${code} when ${when}`, async () => {
      const { faults, catalogue } = await load(await pluginsFolder({ sample: pluginSource('sample', tool) }))
      const [fault] = faults
      expect(fault).to.include({ plugin: 'sample', code })
      expect(fault?.message).to.match(message)
      expect(fault?.mend).to.match(mend)
      expect(catalogue.tools.size).to.equal(0)
    })
  }
})
