import { definePlugin } from '@toolgate/plugin'
import { greet } from './greet.ts'

export default definePlugin({ name: 'hello', tools: [greet] })
