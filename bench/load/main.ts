import type { LoadJob } from '../messages.ts'
import { runLoad } from './run-load.ts'

process.on('message', (job: LoadJob) => {
  void runLoad(job).then((result) => process.send?.(result))
})
process.on('disconnect', () => process.exit())
