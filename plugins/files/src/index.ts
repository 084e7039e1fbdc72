import { definePlugin } from '@toolgate/plugin'
import { fileResource, fileUri } from './file-resource.ts'
import { listFiles } from './list.ts'
import { readFile } from './read.ts'
import { openRoot } from './root.ts'
import { searchFiles } from './search.ts'
import { writeFile } from './write.ts'

export default definePlugin({
  name: 'files',
  description: 'List, read, write and search the files under one folder.',
  settings: {
    type: 'object',
    properties: {
      root: {
        type: 'string',
        description: "The folder: absolute and existing, or relative to the plugin's own data folder, where it is made",
        minLength: 1,
        default: './files',
      },
      readBytes: {
        type: 'integer',
        description: 'Most bytes that one files_read answers, and of a file that is read as a resource',
        minimum: 1_024,
        maximum: 1_048_576,
        default: 262_144,
      },
      writeBytes: {
        type: 'integer',
        description: 'Most bytes of a file that files_write writes',
        minimum: 1,
        maximum: 3_145_728,
        default: 1_048_576,
      },
      searchEntries: {
        type: 'integer',
        description: 'Most files and folders that one files_search, or a list of files as resources, visits',
        minimum: 1,
        maximum: 1_000_000,
        default: 10_000,
      },
      searchBytes: {
        type: 'integer',
        description: 'Most bytes that one files_search reads',
        minimum: 1_024,
        maximum: 1_073_741_824,
        default: 67_108_864,
      },
    },
    additionalProperties: false,
  },
  setup({ settings, dataFolder, resourceUpdated }) {
    const root = openRoot(dataFolder, settings.root)
    return {
      tools: [
        listFiles(root),
        readFile(root, { readBytes: settings.readBytes }),
        searchFiles(root, { entries: settings.searchEntries, bytes: settings.searchBytes }),
        writeFile(root, { writeBytes: settings.writeBytes, changed: (names) => resourceUpdated(fileUri(names)) }),
      ],
      resourceTemplates: [fileResource(root, { readBytes: settings.readBytes, entries: settings.searchEntries })],
    }
  },
})
