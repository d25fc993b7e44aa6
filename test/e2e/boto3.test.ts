import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import { against, cleanEnvironment } from '../support/cli.ts';
import { startTestEmulator } from '../support/emulator.ts';

function hasBoto3(): boolean {
  const isThere = spawnSync('python3', ['-c', 'import boto3'], { stdio: 'ignore' }).status === 0;
  if (!isThere && process.env['CI'] !== undefined) throw new Error('python3 has no boto3, and CI is set: install boto3.');
  if (!isThere) console.warn('SKIPPED: boto3 against the emulator, because `python3 -c "import boto3"` fails.');
  return isThere;
}

const PROGRAM = `
import json
import boto3
from botocore.exceptions import ClientError

store = boto3.client("identitystore")
admin = boto3.client("sso-admin")
instance = admin.list_instances()["Instances"][0]
ids = {"IdentityStoreId": instance["IdentityStoreId"]}

pages = list(store.get_paginator("list_users").paginate(**ids, PaginationConfig={"PageSize": 50}))
groups, token, asked = [], None, 0
while asked == 0 or token:
    page = store.list_groups(**ids, MaxResults=10, **({"NextToken": token} if token else {}))
    groups, token, asked = groups + page["Groups"], page.get("NextToken"), asked + 1

made = store.create_group(**ids, DisplayName="made-by-boto3")
try:
    store.create_group(**ids, DisplayName="made-by-boto3")
    conflict = None
except ClientError as error:
    response = error.response
    conflict = [response["Error"]["Code"], response.get("Reason"), response["ResponseMetadata"]["HTTPStatusCode"], type(error).__name__]

applications = [a["Name"] for p in admin.get_paginator("list_applications").paginate(InstanceArn=instance["InstanceArn"]) for a in p["Applications"]]
print(json.dumps({
    "users": [u["UserName"] for p in pages for u in p["Users"]],
    "userPages": len(pages),
    "groups": [g["DisplayName"] for g in groups],
    "groupPages": asked,
    "made": made["GroupId"],
    "conflict": conflict,
    "applications": applications,
}))
`;

type Printed = {
  readonly users: readonly string[];
  readonly userPages: number;
  readonly groups: readonly string[];
  readonly groupPages: number;
  readonly made: string;
  readonly conflict: readonly unknown[];
  readonly applications: readonly string[];
};

describe.skipIf(!hasBoto3())('boto3 against the emulator', () => {
  test('lists users with a paginator, pages groups, and meets a Conflict with its Reason', { timeout: 60_000 }, async () => {
    const emulator = await startTestEmulator({ seed: 'demo' });
    onTestFinished(emulator.close);
    const { users, groups, applications } = emulator.state();
    const env = { ...cleanEnvironment('/nonexistent', against(emulator.url)), AWS_DEFAULT_REGION: 'eu-west-1' };
    const { stdout } = await promisify(execFile)('python3', ['-c', PROGRAM], { env });
    const printed = JSON.parse(stdout) as Printed; // parse boundary: the program above
    expect(printed.users).toEqual(users.map(({ UserName }) => UserName));
    expect(printed.userPages).toBe(Math.ceil(users.length / 50));
    expect(printed.groups).toEqual(groups.map(({ DisplayName }) => DisplayName));
    expect(printed.groupPages).toBe(Math.ceil(groups.length / 10));
    expect(printed.applications).toEqual(applications.map(({ Name }) => Name));
    expect(printed.conflict).toEqual(['ConflictException', 'UNIQUENESS_CONSTRAINT_VIOLATION', 400, 'ConflictException']);
    expect(emulator.state().groups.at(-1)).toMatchObject({ GroupId: printed.made, DisplayName: 'made-by-boto3' });
  });
});
