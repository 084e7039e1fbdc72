import { specTypeSchemas, type Resource } from '@modelcontextprotocol/server'
import type { CatalogueTemplate } from '@toolgate/registry'

/** Resources of one template that are listed; what comes after them is left out. */
const mostListed = 10_000
const members = ['uri', 'name', 'title', 'description', 'mimeType', 'size', 'annotations']

/**
 * What the `list` of a template returned, in the protocol's form.
 *
 * @throws TypeError for what is no list of resources, and for a URI that the template does not match: it could not be read
 */
export function toResources(template: CatalogueTemplate, returned: unknown): readonly Resource[] {
  const value: unknown = JSON.parse(JSON.stringify(returned ?? null))
  if (!Array.isArray(value)) throw new TypeError('list must return a list of resources')
  return value.slice(0, mostListed).map((each: unknown, index) => {
    const resource = pick(each)
    const checked = specTypeSchemas.Resource['~standard'].validate(resource)
    const at = `item ${String(index)} of list`
    if (checked instanceof Promise || checked.issues !== undefined) throw new TypeError(`${at} is no resource`)
    const { uri } = checked.value
    if (template.match(uri) === undefined) throw new TypeError(`${at} has a URI that the template does not match`)
    return resource as unknown as Resource
  })
}

function pick(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return {}
  return Object.fromEntries(
    members.flatMap((member) => {
      const each: unknown = Reflect.get(value, member)
      return each === undefined ? [] : [[member, each]]
    }),
  )
}
