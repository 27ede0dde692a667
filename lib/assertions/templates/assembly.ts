import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { CloudAssembly, type CloudFormationStackArtifact } from 'aws-cdk-lib/cx-api';
import { isRecord } from './functions';
import { InvalidTemplate, type TemplateSource } from './model';

// Everything that reads files is in this file, so that the rest of the folder also runs in a browser.

/** The templates of a synthesized `cdk.out`. Throws `InvalidTemplate` when the folder is not one. */
export function sourcesIn(directory: string): TemplateSource[] {
  if (!existsSync(join(directory, 'manifest.json'))) {
    throw new InvalidTemplate(`${directory}: expected a cloud assembly (cdk.out), found no manifest.json`);
  }
  return sourcesOf(new CloudAssembly(directory));
}

/** The templates of a cloud assembly: all stacks, with those of stages and nested stacks. */
export function sourcesOf(assembly: CloudAssembly): TemplateSource[] {
  return assembly.stacksRecursively.flatMap((stack) => {
    const known = (value: string) => (value.startsWith('unknown-') ? undefined : value);
    const source: TemplateSource = {
      name: stack.hierarchicalId,
      stackName: stack.stackName,
      template: stack.template as unknown,
      region: known(stack.environment.region),
      account: known(stack.environment.account),
    };
    const paths = stack
      .findMetadataByType('aws:cdk:logicalId')
      .map(({ path, data }) => ({ path: path.replace(/^\//, ''), logicalId: data as string }));
    return withNested(source, '', paths, dirname(stack.templateFullPath), fileAssets(stack));
  });
}

/** In the manifest, the constructs of a nested stack are in the list of the parent stack. */
type ManifestPaths = readonly { readonly path: string; readonly logicalId: string }[];

const NESTED = /^(.*)\.NestedStack\/[^/]+\.NestedStackResource$/;

function withNested(
  source: TemplateSource,
  prefix: string,
  manifest: ManifestPaths,
  directory: string,
  assets: ReadonlyMap<string, string>,
): TemplateSource[] {
  const inside = manifest.filter(({ path }) => path.startsWith(prefix));
  const nested = inside.flatMap(({ path }) => NESTED.exec(path)?.[1] ?? []);
  const own = inside.filter(({ path }) => !nested.some((construct) => path.startsWith(`${construct}/`)));
  const paths = Object.fromEntries(own.map(({ path, logicalId }) => [logicalId, path]));
  const children = nestedTemplates(source.template, assets).flatMap(([logicalId, file]) => {
    const path = join(directory, basename(file));
    if (!existsSync(path)) return [];
    const template = JSON.parse(readFileSync(path, 'utf8')) as unknown;
    const child = { ...source, name: `${source.name}/${logicalId}`, template };
    const construct = nested.find((path) => paths[logicalId]?.startsWith(`${path}.NestedStack/`));
    return construct === undefined
      ? withNested(child, prefix, [], directory, assets)
      : withNested(child, `${construct}/`, manifest, directory, assets);
  });
  return [{ ...source, paths }, ...children];
}

function nestedTemplates(template: unknown, assets: ReadonlyMap<string, string>): [string, string][] {
  const resources = isRecord(template) && isRecord(template.Resources) ? template.Resources : {};
  return Object.entries(resources).flatMap(([logicalId, resource]): [string, string][] => {
    if (!isRecord(resource) || resource.Type !== 'AWS::CloudFormation::Stack') return [];
    // CDK writes asset metadata only for the CDK CLI. The URL always has the hash of the asset.
    const written = isRecord(resource.Metadata) ? resource.Metadata['aws:asset:path'] : undefined;
    const hash = /([0-9a-f]{64})\.json/.exec(JSON.stringify(resource.Properties ?? {}))?.[1];
    const file = typeof written === 'string' ? written : hash && assets.get(hash);
    return file === undefined ? [] : [[logicalId, file]];
  });
}

/** The files of a stack's asset manifest, by hash. */
function fileAssets(stack: CloudFormationStackArtifact): Map<string, string> {
  const files = stack.dependencies.flatMap((artifact) => {
    const contents = 'contents' in artifact ? (artifact.contents as Partial<AssetManifest>) : {};
    return Object.entries(contents.files ?? {});
  });
  return new Map(files.flatMap(([hash, { source }]) => (source.path ? [[hash, source.path]] : [])));
}

interface AssetManifest {
  readonly files?: Readonly<Record<string, { readonly source: { readonly path?: string } }>>;
}
