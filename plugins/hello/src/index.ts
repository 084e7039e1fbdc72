import { definePlugin } from '@toolgate/plugin'
import { greet } from './greet.ts'

export default definePlugin({
  name: 'hello',
  description: 'The template of a plugin.',
  tools: [greet],
})
