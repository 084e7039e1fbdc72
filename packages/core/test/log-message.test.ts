import { expect } from 'chai'
import { messageForClient } from '../src/asking/log-message.ts'
import { createRedactor } from '../src/logger.ts'

describe('a log message for the client', () => {
  const redact = createRedactor(['s3cr"et-of-the-host'])
  const say = (data: unknown, threshold: string | undefined = 'debug') =>
    messageForClient({ level: 'info', data, logger: 'a s3cr"et-of-the-host' }, threshold, redact)

  it('has no secret of the configuration in it, however deep', () => {
    const message = say({ deep: [{ text: 'it is s3cr"et-of-the-host!' }] })
    expect(message?.params).to.deep.include({ data: { deep: [{ text: 'it is [redacted]!' }] } })
    expect(JSON.stringify(message)).to.not.include('of-the-host')
  })

  it('is none below the level that was asked for, or if none was', () => {
    expect(say('x', 'notice')).to.equal(undefined)
    expect(say('x', 'info')).to.not.equal(undefined)
    expect(messageForClient({ level: 'emergency', data: 'x', logger: undefined }, undefined, redact)).to.equal(
      undefined,
    )
    expect(say('x', 'loud')).to.equal(undefined)
  })
})
