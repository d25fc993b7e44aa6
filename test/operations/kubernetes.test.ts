import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { OTHER_VARIABLES, VARIABLES } from '../../src/settings/variable.ts';
import { ROOT } from '../docs/markdown.ts';
import { KINDS } from './kubernetes-schema.ts';

const FOLDER = join(ROOT, 'docs/operations/kubernetes');
const files = readdirSync(FOLDER).filter((name) => name.endsWith('.yaml'));
const texts = new Map(files.map((file) => [file, readFileSync(join(FOLDER, file), 'utf8')]));
const ajv = new Ajv2020({ allErrors: true, strict: false });

// Parse boundary: only what the schemas of this folder let through is looked into.
// biome-ignore lint/suspicious/noExplicitAny: manifests are looked into by field names, after their schema was checked
type Manifest = any;
const all: readonly Manifest[] = [...texts.values()].map((text): Manifest => parse(text));
const manifest = (kind: string): Manifest => all.find((each) => each.kind === kind);

const deployment = manifest('Deployment');
const pod = deployment.spec.template.spec;
const container = pod.containers[0];
const podLabels: Readonly<Record<string, string>> = deployment.spec.template.metadata.labels;
const fits = (selector: Readonly<Record<string, string>>) => Object.entries(selector).every(([name, value]) => podLabels[name] === value);
const settings: Manifest = parse(manifest('ConfigMap').data['settings.yaml']);

describe('a Kubernetes manifest', () => {
  it.each(files)('%s is one document of its kind, with known fields only', (file) => {
    const documents = parseAllDocuments(texts.get(file) ?? '');
    expect(documents).toHaveLength(1);
    const value = documents[0]?.toJS();
    const check = ajv.compile(KINDS[value.kind] ?? false);
    check(value);
    expect(check.errors ?? []).toEqual([]);
  });

  it('is there for each kind, once, in one namespace', () => {
    expect(all.map(({ kind }) => kind).sort()).toEqual(Object.keys(KINDS).sort());
    const namespaces = all.map(({ kind, metadata }) => (kind === 'Namespace' ? metadata.name : metadata.namespace));
    expect(new Set(namespaces)).toEqual(new Set(['kirosync']));
  });

  it('with a field that does not exist is refused', () => {
    const wrong = structuredClone(deployment);
    wrong.spec.template.spec.containers[0].securityContext.readOnlyRootFileSystem = true;
    expect(ajv.compile(KINDS['Deployment'] ?? false)(wrong)).toBe(false);
  });
});

describe('the Deployment', () => {
  it('never has two daemons on one state directory', () => {
    expect(deployment.spec).toMatchObject({ replicas: 1, strategy: { type: 'Recreate' } });
    expect(pod.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(15);
  });

  it('fulfils the restricted pod security standard', () => {
    expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 10001, seccompProfile: { type: 'RuntimeDefault' } });
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    expect(readFileSync(join(ROOT, 'Dockerfile'), 'utf8')).toContain(`USER ${pod.securityContext.runAsUser}`);
    expect(manifest('Namespace').metadata.labels['pod-security.kubernetes.io/enforce']).toBe('restricted');
    expect([pod.automountServiceAccountToken, manifest('ServiceAccount').automountServiceAccountToken]).toEqual([false, false]);
  });

  it('mounts exactly its volumes, which are made by the other manifests', () => {
    const mounted = container.volumeMounts.map(({ name }: Manifest) => name).sort();
    expect(mounted).toEqual(pod.volumes.map(({ name }: Manifest) => name).sort());
    const volume = (name: string): Manifest => pod.volumes.find((each: Manifest) => each.name === name);
    expect(volume('state').persistentVolumeClaim.claimName).toBe(manifest('PersistentVolumeClaim').metadata.name);
    expect(volume('settings').configMap.name).toBe(manifest('ConfigMap').metadata.name);
    expect(pod.serviceAccountName).toBe(manifest('ServiceAccount').metadata.name);
    const page = readFileSync(join(ROOT, 'docs/operations/kubernetes.md'), 'utf8');
    expect(page).toContain(`create secret generic ${volume('secrets').secret.secretName} `);
  });

  it('sets variables that exist, to places that are mounted', () => {
    const known = new Set([...Object.keys(VARIABLES), ...OTHER_VARIABLES, 'AWS_REGION', 'TMPDIR']);
    const variables = new Map<string, string>(container.env.map(({ name, value }: Manifest) => [name, value]));
    expect([...variables.keys()].filter((name) => !known.has(name))).toEqual([]);
    const writable = container.volumeMounts
      .filter(({ readOnly }: Manifest) => readOnly !== true)
      .map(({ mountPath }: Manifest) => mountPath);
    expect(writable.sort()).toEqual([variables.get('TMPDIR'), variables.get('KIROSYNC_STATE_DIR')].sort());
    const mounts = container.volumeMounts.map(({ mountPath }: Manifest) => mountPath);
    expect(mounts).toContain(variables.get('KIROSYNC_SETTINGS')?.replace(/\/settings\.yaml$/, ''));
  });

  it('is probed, selected and reached by the port that the daemon listens on', () => {
    const [port] = container.ports;
    expect(port).toMatchObject({ containerPort: settings.http.port, name: 'http' });
    for (const probe of ['startupProbe', 'livenessProbe', 'readinessProbe']) expect(container[probe].httpGet.port).toBe(port.name);
    expect(container.startupProbe.httpGet.path).toBe('/healthz');
    expect(container.livenessProbe.httpGet.path).toBe('/healthz');
    expect(container.readinessProbe.httpGet.path).toBe('/readyz');
    // The daemon may wait 15 seconds for the lock before it answers.
    expect(container.startupProbe.periodSeconds * container.startupProbe.failureThreshold).toBeGreaterThan(30);
    const service = manifest('Service').spec;
    expect(service.ports.map(({ targetPort }: Manifest) => targetPort)).toEqual([port.name]);
    expect(manifest('PodMonitor').spec.podMetricsEndpoints).toMatchObject([{ port: port.name, path: '/metrics' }]);
    const selectors = [
      deployment.spec.selector.matchLabels,
      service.selector,
      manifest('PodMonitor').spec.selector.matchLabels,
      manifest('NetworkPolicy').spec.podSelector.matchLabels,
    ];
    expect(selectors.map(fits)).toEqual([true, true, true, true]);
    expect(manifest('NetworkPolicy').spec.ingress.flatMap(({ ports }: Manifest) => ports)).toEqual([
      { protocol: 'TCP', port: port.containerPort },
    ]);
  });
});

describe('the ConfigMap', () => {
  const schema = JSON.parse(readFileSync(join(ROOT, 'schemas/settings.schema.json'), 'utf8'));

  it('holds settings that are valid, on an address that probes reach, in observe mode', () => {
    const check = ajv.compile(schema);
    check(settings);
    expect(check.errors ?? []).toEqual([]);
    expect(settings).toMatchObject({ mode: 'observe', http: { host: '0.0.0.0' } });
  });

  it('names no secret itself, and files below the mount that the documentation makes', () => {
    const named = [...(texts.get('config-map.yaml') ?? '').matchAll(/\/run\/secrets\/kirosync\/(?<file>[\w-]+)/g)].map((match) => match[1]);
    const page = readFileSync(join(ROOT, 'docs/operations/kubernetes.md'), 'utf8');
    const made = [...page.matchAll(/--from-file=(?<file>[\w-]+)/g)].map((match) => match[1]);
    expect(named.sort()).toEqual(made.sort());
    expect(container.volumeMounts).toContainEqual({ name: 'secrets', mountPath: '/run/secrets/kirosync', readOnly: true });
    const plain = JSON.stringify(settings);
    expect(plain).not.toMatch(/"(token|read|write|webhookSecret|secret)":/);
  });
});
