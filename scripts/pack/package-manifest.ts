/** The fields of a workspace package's package.json. */
export interface PackageManifest {
  readonly name: string
  readonly version: string
  readonly description: string
  readonly [field: string]: unknown
}

/** The package.json that is published: compiled entry points, and nothing that makes sense in the workspace alone. */
export function publishedManifest(manifest: PackageManifest): PackageManifest {
  const { devDependencies: _devDependencies, scripts: _scripts, private: _private, ...published } = manifest
  return {
    ...published,
    exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' } },
    files: 'bin' in manifest ? ['dist', 'bin'] : ['dist'],
  }
}
