import { batchPath, refusedBatchPath } from './batch-paths.ts'
import { callPaths } from './call-paths.ts'
import { documentsPath, requestsPath } from './http-paths.ts'
import { listenPaths } from './listen-paths.ts'
import { listPath } from './list-path.ts'
import { answeredMethodsPath, otherMethodsPath } from './method-paths.ts'
import type { Path } from './path.ts'
import { foreignSessionPath, sessionPaths } from './session-paths.ts'
import { stdioPath } from './stdio-path.ts'
import { taskPaths } from './task-paths.ts'
import { thingPaths } from './thing-paths.ts'

/**
 * Every path that there is. A method that none of these answers must not exist (`otherMethodsPath`), and a new door of
 * the host does not pass `test/one-judge.test.ts` before it has its path here.
 */
export const paths: readonly Path[] = [
  listPath,
  ...callPaths,
  ...thingPaths,
  ...listenPaths,
  ...taskPaths,
  batchPath,
  refusedBatchPath,
  ...sessionPaths,
  foreignSessionPath,
  answeredMethodsPath,
  otherMethodsPath,
  requestsPath,
  documentsPath,
  stdioPath,
]
