import { isLoopbackHost } from '@toolgate/auth'
import type { CompleteConfig } from './complete-config.ts'
import { fault, type ConfigFault } from './config-fault.ts'
import type { Environment } from './resolve-environment.ts'

/** Where the host listens and what it is called, or what is wrong with that. */
export interface CheckedListener {
  readonly listen: { readonly host: string; readonly port: number }
  readonly resource: string
  readonly faults: readonly ConfigFault[]
}

/**
 * Resolves the listener and the resource. `PORT` moves the listener, and the default resource with it; a configured
 * resource follows nothing. Beyond loopback there is no default resource.
 */
export function resolveListener({ listen, resource }: CompleteConfig, environment: Environment): CheckedListener {
  const faults: ConfigFault[] = []
  const { host } = listen
  const given = environment['PORT']
  const port = given === undefined || given === '' ? listen.port : portOf(given)
  if (port === undefined) {
    faults.push(fault('bad_environment', 'PORT', 'is not a port', 'Set PORT to a number from 0 to 65535.'))
  }
  if (!/^[A-Za-z0-9.:-]+$/.test(host)) {
    faults.push(fault('bad_value', 'listen.host', 'is not an address or a name', 'Write 127.0.0.1, ::1 or 0.0.0.0.'))
  }
  if (!isLoopbackHost(host) && resource?.startsWith('https:') !== true) {
    const message = 'listens beyond loopback, and resource is not https'
    const mend = 'Set resource to the https URL that clients use, or listen on 127.0.0.1.'
    faults.push(fault('exposed_listener', 'listen.host', message, mend))
  }
  if (resource === undefined && port === 0) {
    const mend = 'Set resource, or a port.'
    faults.push(
      fault('bad_value', 'listen.port', 'is chosen by the system, so that no resource can be made of it', mend),
    )
  }
  const usable = port ?? listen.port
  return { listen: { host, port: usable }, resource: resource ?? defaultResource(host, usable), faults }
}

function portOf(text: string): number | undefined {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : undefined
  return port === undefined || port > 65_535 ? undefined : port
}

function defaultResource(host: string, port: number): string {
  const name = host === '::1' ? '[::1]' : isLoopbackHost(host) ? host : '127.0.0.1'
  return new URL(`http://${name}:${String(port)}/mcp`).href
}
