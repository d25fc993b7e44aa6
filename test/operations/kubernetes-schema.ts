/**
 * Strict JSON Schemas of the Kubernetes kinds in docs/operations/kubernetes: exactly the fields that are used there, so that a
 * misspelt one, which the API server drops without a word, is found. Names and types are those of the API reference (v1).
 */
type Schema = Readonly<Record<string, unknown>>;

const text: Schema = { type: 'string', minLength: 1 };
const count: Schema = { type: 'integer', minimum: 0 };
const flag: Schema = { type: 'boolean' };
const port: Schema = { type: 'integer', minimum: 1, maximum: 65_535 };
const portName: Schema = { type: 'string', pattern: '^[a-z0-9-]{1,15}$' };
const name: Schema = { type: 'string', pattern: '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$' };
const quantity: Schema = { type: 'string', pattern: '^[0-9]+(m|Ki|Mi|Gi)?$' };
const duration: Schema = { type: 'string', pattern: '^[0-9]+(s|m|h)$' };
const labels: Schema = { type: 'object', minProperties: 1, additionalProperties: { type: 'string', maxLength: 63 } };
const annotations: Schema = { type: 'object', additionalProperties: { type: 'string' } };
const list = (items: Schema, more: Schema = {}): Schema => ({ type: 'array', minItems: 1, items, ...more });
const one = (...values: readonly string[]): Schema => ({ enum: values });

/** An object with these fields and no other; names that end in `?` may be missing. */
function object(fields: Readonly<Record<string, Schema>>): Schema {
  const entries = Object.entries(fields);
  return {
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(entries.map(([field, schema]) => [field.replace('?', ''), schema])),
    required: entries.map(([field]) => field).filter((field) => !field.endsWith('?')),
  };
}

const selector = object({ matchLabels: labels });
const metadata = object({ name, namespace: name, labels, 'annotations?': annotations });
const kind = (apiVersion: string, value: string, fields: Readonly<Record<string, Schema>>): Schema =>
  object({ apiVersion: { const: apiVersion }, kind: { const: value }, metadata, ...fields });

const probe = object({
  httpGet: object({ path: { type: 'string', pattern: '^/' }, port: { anyOf: [port, portName] } }),
  periodSeconds: port,
  timeoutSeconds: port,
  failureThreshold: port,
});

const container = object({
  name,
  image: { type: 'string', pattern: '^[a-z0-9./-]+(:[0-9][\\w.-]*|@sha256:[0-9a-f]{64})$' },
  args: list(text),
  env: list(object({ name: { type: 'string', pattern: '^[A-Z][A-Z0-9_]*$' }, value: text })),
  ports: list(object({ name: portName, containerPort: port, protocol: one('TCP', 'UDP') })),
  startupProbe: probe,
  livenessProbe: probe,
  readinessProbe: probe,
  resources: object({
    requests: object({ cpu: quantity, memory: quantity }),
    limits: object({ 'cpu?': quantity, memory: quantity }),
  }),
  securityContext: object({
    allowPrivilegeEscalation: flag,
    readOnlyRootFilesystem: flag,
    capabilities: object({ drop: list(text) }),
  }),
  volumeMounts: list(object({ name, mountPath: { type: 'string', pattern: '^/' }, 'readOnly?': flag })),
});

const volume: Schema = {
  oneOf: [
    object({ name, persistentVolumeClaim: object({ claimName: name }) }),
    object({ name, configMap: object({ name }) }),
    object({ name, secret: object({ secretName: name, 'defaultMode?': { type: 'integer', minimum: 0, maximum: 0o777 } }) }),
    object({ name, emptyDir: object({ 'sizeLimit?': quantity }) }),
  ],
};

const pod = object({
  serviceAccountName: name,
  automountServiceAccountToken: flag,
  enableServiceLinks: flag,
  terminationGracePeriodSeconds: count,
  securityContext: object({
    runAsNonRoot: flag,
    runAsUser: count,
    runAsGroup: count,
    fsGroup: count,
    fsGroupChangePolicy: one('OnRootMismatch', 'Always'),
    seccompProfile: object({ type: one('RuntimeDefault', 'Localhost', 'Unconfined') }),
  }),
  containers: list(container),
  volumes: list(volume),
});

const policyPort = object({ protocol: one('TCP', 'UDP'), port: { anyOf: [port, portName] } });
const peer: Schema = {
  oneOf: [
    object({ namespaceSelector: selector, 'podSelector?': selector }),
    object({ ipBlock: object({ cidr: text, 'except?': list(text) }) }),
  ],
};

export const KINDS: Readonly<Record<string, Schema>> = {
  Namespace: object({
    apiVersion: { const: 'v1' },
    kind: { const: 'Namespace' },
    metadata: object({ name, labels }), // the one kind here that lies in no namespace
  }),
  ServiceAccount: kind('v1', 'ServiceAccount', { 'automountServiceAccountToken?': flag }),
  ConfigMap: kind('v1', 'ConfigMap', { data: { type: 'object', additionalProperties: { type: 'string' } } }),
  PersistentVolumeClaim: kind('v1', 'PersistentVolumeClaim', {
    spec: object({
      accessModes: list(one('ReadWriteOnce', 'ReadWriteOncePod', 'ReadWriteMany')),
      'storageClassName?': name,
      resources: object({ requests: object({ storage: quantity }) }),
    }),
  }),
  Deployment: kind('apps/v1', 'Deployment', {
    spec: object({
      replicas: count,
      strategy: object({ type: one('Recreate', 'RollingUpdate') }),
      progressDeadlineSeconds: count,
      revisionHistoryLimit: count,
      selector,
      template: object({ metadata: object({ labels }), spec: pod }),
    }),
  }),
  Service: kind('v1', 'Service', {
    spec: object({
      type: one('ClusterIP', 'NodePort', 'LoadBalancer'),
      selector: labels,
      publishNotReadyAddresses: flag,
      ports: list(object({ name: portName, port, targetPort: { anyOf: [port, portName] }, protocol: one('TCP', 'UDP') })),
    }),
  }),
  NetworkPolicy: kind('networking.k8s.io/v1', 'NetworkPolicy', {
    spec: object({
      podSelector: selector,
      policyTypes: list(one('Ingress', 'Egress')),
      ingress: list(object({ from: list(peer), ports: list(policyPort) })),
      egress: list(object({ to: list(peer), ports: list(policyPort) })),
    }),
  }),
  PodMonitor: kind('monitoring.coreos.com/v1', 'PodMonitor', {
    spec: object({
      selector,
      podMetricsEndpoints: list(
        object({ port: portName, path: { type: 'string', pattern: '^/' }, interval: duration, scrapeTimeout: duration }),
      ),
    }),
  }),
};
