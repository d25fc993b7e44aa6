import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { VARIABLES } from '../../src/settings/variable.ts';
import { ROOT } from '../docs/markdown.ts';

const FOLDER = join(ROOT, 'docs/operations/ecs');
// Parse boundary: their form is checked against AWS's own models below.
// biome-ignore lint/suspicious/noExplicitAny: looked into by field names
const input = (name: string): any => JSON.parse(readFileSync(join(FOLDER, `${name}.json`), 'utf8'));
const task = input('task-definition');
const [container] = task.containerDefinitions;
const service = input('service');
const accessPoint = input('access-point');

/** What botocore says of each file as input of its operation: nothing, or one line a problem; null without botocore. */
const CHECK = `
import json, sys
from botocore.loaders import Loader
from botocore.model import ServiceModel
from botocore.validate import ParamValidator
def enums(shape, value, path):
    if shape.type_name == 'structure':
        for name, inner in value.items(): yield from enums(shape.members[name], inner, path + '.' + name)
    elif shape.type_name == 'list':
        for inner in value: yield from enums(shape.member, inner, path + '[]')
    elif getattr(shape, 'enum', None) and value not in shape.enum: yield path + ': ' + str(value)
found, loader = {}, Loader()
for service, operation, name in json.load(sys.stdin):
    shape = ServiceModel(loader.load_service_model(service, 'service-2')).operation_model(operation).input_shape
    value = json.load(open(sys.argv[1] + '/' + name + '.json'))
    if 'ClientToken' in shape.required_members: value['ClientToken'] = 'made by the command line'
    report = ParamValidator().validate(value, shape).generate_report()
    found[name] = ([report] if report else []) + (list(enums(shape, value, name)) if not report else [])
print(json.dumps(found))
`;

function modelProblems(): Readonly<Record<string, readonly string[]>> | null {
  const operations = [
    ['ecs', 'RegisterTaskDefinition', 'task-definition'],
    ['ecs', 'CreateService', 'service'],
    ['efs', 'CreateAccessPoint', 'access-point'],
  ];
  try {
    const stdout = execFileSync('python3', ['-c', CHECK, FOLDER], { encoding: 'utf8', input: JSON.stringify(operations), stdio: 'pipe' });
    return JSON.parse(stdout);
  } catch (error) {
    if (process.env['CI'])
      throw new Error('python3 with botocore is required in CI: inputs are checked against its models.', { cause: error });
    console.warn('SKIPPED: the ECS files are not checked against AWS service models, because python3 has no botocore.');
    return null;
  }
}

describe('the ECS files', () => {
  it('are inputs that the service models of AWS allow: fields, types, enumerations', () => {
    const found = modelProblems();
    if (found !== null) expect(found).toEqual({ 'task-definition': [], service: [], 'access-point': [] });
  });

  it('fit each other', () => {
    expect(service).toMatchObject({ taskDefinition: task.family, launchType: 'FARGATE', desiredCount: 1 });
    const [volume] = task.volumes;
    expect(container.mountPoints).toEqual([{ sourceVolume: volume.name, containerPath: '/var/lib/kirosync', readOnly: false }]);
    expect(volume.efsVolumeConfiguration).toMatchObject({ fileSystemId: accessPoint.FileSystemId, transitEncryption: 'ENABLED' });
    const user = `${accessPoint.PosixUser.Uid}:${accessPoint.PosixUser.Gid}`;
    expect(container.user).toBe(user);
    expect(readFileSync(join(ROOT, 'Dockerfile'), 'utf8')).toContain(`USER ${accessPoint.PosixUser.Uid}\n`);
  });

  it('never have two daemons on one volume', () => {
    expect(service.deploymentConfiguration).toMatchObject({ maximumPercent: 100, minimumHealthyPercent: 0 });
    expect(service.availabilityZoneRebalancing).toBe('DISABLED');
    expect(container.stopTimeout).toBeGreaterThanOrEqual(15);
  });

  it('run without rights', () => {
    expect(container).toMatchObject({ readonlyRootFilesystem: true, linuxParameters: { capabilities: { drop: ['ALL'] } } });
    expect(service.enableExecuteCommand).toBe(false);
  });

  it('set variables that exist, and keep secrets out of the plain ones', () => {
    const plain: readonly string[] = container.environment.map(({ name }: { readonly name: string }) => name);
    const secret: readonly string[] = container.secrets.map(({ name }: { readonly name: string }) => name);
    const known = new Set([...Object.keys(VARIABLES), 'AWS_REGION']);
    expect([...plain, ...secret].filter((name) => !known.has(name))).toEqual([]);
    expect(plain.filter((name) => /TOKEN|SECRET|PASSWORD/.test(name))).toEqual([]);
    const values: readonly string[] = container.secrets.map(({ valueFrom }: { readonly valueFrom: string }) => valueFrom);
    expect(values.filter((value) => !value.startsWith('arn:aws:secretsmanager:'))).toEqual([]);
    const page = readFileSync(join(ROOT, 'docs/operations/ecs.md'), 'utf8');
    const made = [...page.matchAll(/create-secret --name (?<name>\S+)/g)].map((match) => match[1]);
    expect(values.map((value) => value.split(':').at(-1)).sort()).toEqual(made.sort());
  });

  it('check the port that the daemon listens on', () => {
    const [{ containerPort }] = container.portMappings;
    expect(containerPort).toBe(8484);
    expect(container.healthCheck.command[0]).toBe('CMD');
    expect(container.healthCheck.command.join(' ')).toContain(`http://127.0.0.1:${containerPort}/healthz`);
  });
});
