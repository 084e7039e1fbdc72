import { expect } from 'chai'
import * as audit from '../src/index.ts'

describe('@toolgate/audit', () => {
  it('exports what its index lists', () => {
    expect(Object.keys(audit).sort()).to.deep.equal([
      'AuditError',
      'canonicalJson',
      ...['createHandedAudit', 'formatAuditRecord', 'hasAudit', 'isCutMark', 'loadKey', 'openAudit'],
      ...['openSharedAudit', 'queryAudit', 'readAudit', 'summarizeShadow', 'verifyAudit'],
    ])
  })
})
