import { execFile } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { MAIN } from '../support/cli.ts';

/** `docker run` on this machine: mounted folders are where they are, only variables that are named get in. */
const DOCKER = `#!/usr/bin/env bash
set -eu
[ "$1" = run ] || exit 99
shift
mounts=() passed=()
while [ "\${1:0:1}" = - ]; do
  case "$1" in
    --rm | --read-only) shift ;;
    --network | --tmpfs | --user) shift 2 ;;
    -v) mounts+=("$2"); shift 2 ;;
    -e) if [[ $2 == *=* ]]; then passed+=("$2"); else passed+=("$2=\${!2-}"); fi; shift 2 ;;
    *) echo "fake docker: $1" >&2; exit 99 ;;
  esac
done
echo "$1" >> "$FAKE/images"
shift
words=()
for word in "$@"; do
  for mount in "\${mounts[@]}"; do
    IFS=: read -r here there _ <<< "$mount"
    if [ "$word" = "$there" ] || [[ $word == "$there"/* ]]; then word="$here\${word#"$there"}"; break; fi
  done
  words+=("$word")
done
exec env -i PATH="$PATH" HOME="$FAKE" AWS_EC2_METADATA_DISABLED=true AWS_ENDPOINT_URL="$FAKE_AWS" "\${passed[@]}" "$FAKE_NODE" "$FAKE_MAIN" "\${words[@]}"
`;

/** \`gh\` with files for answers: \`api PATH\` gives that of the path, filtered by the real jq; writes are kept and told. */
const GH = `#!/usr/bin/env bash
set -eu
[ -n "\${GH_TOKEN-}" ] || { echo 'gh: no token' >&2; exit 4; }
if [ "$1 $2" = 'run download' ]; then
  name='' dir=''
  while [ $# -gt 0 ]; do case "$1" in --name) name=$2; shift ;; --dir) dir=$2; shift ;; esac; shift; done
  [ -d "$FAKE/artifacts/$name" ] || { echo 'gh: no such artifact' >&2; exit 1; }
  mkdir -p "$dir" && cp -a "$FAKE/artifacts/$name/." "$dir" && exit 0
fi
shift
method=GET filter=. path='' fields=()
while [ $# -gt 0 ]; do
  case "$1" in
    --jq) filter=$2; shift ;;
    --method) method=$2; shift ;;
    --silent | --paginate) ;;
    -f | -F) fields+=("$2"); [[ $2 != *=@* ]] || cp "\${2#*=@}" "$FAKE/body"; shift ;;
    *) path=$1 ;;
  esac
  shift
done
if [ "$method" != GET ]; then printf '%s %s %s\\n' "$method" "$path" "\${fields[*]}" >> "$FAKE/writes"; exit 0; fi
answer="$FAKE/answers/\${path%%\\?*}.json"
[ -f "$answer" ] || { echo "gh: 404 $path" >&2; exit 1; }
exec jq -r "$filter" "$answer"
`;

const KIROSYNC = `#!/usr/bin/env bash
exec "$FAKE_NODE" "$FAKE_MAIN" "$@"
`;

export type Ran = { readonly code: number; readonly output: string };

/** A runner of a forge: a folder to work in, programs that stand for docker, gh and the image, and what they were told. */
export type Runner = {
  readonly fake: string;
  readonly temp: string;
  /** Runs a script as the forge would, with these variables and nothing else of this process. */
  readonly run: (script: string, cwd: string, env: Readonly<Record<string, string>>) => Promise<Ran>;
  readonly answer: (path: string, body: unknown) => void;
  readonly artifact: (name: string, from: string) => void;
  /** What a program was told, and what a script has written; '' for nothing. */
  readonly told: (file: string) => string;
  readonly dispose: () => void;
};

export function runner(awsUrl: string): Runner {
  const root = mkdtempSync(join(tmpdir(), 'kirosync-ci-'));
  const [fake, temp, bin] = [join(root, 'fake'), join(root, 'temp'), join(root, 'bin')];
  for (const folder of [fake, temp, bin]) mkdirSync(folder);
  for (const [name, text] of [['docker', DOCKER] as const, ['gh', GH] as const, ['kirosync', KIROSYNC] as const]) {
    writeFileSync(join(bin, name), text);
    chmodSync(join(bin, name), 0o755);
  }
  const base = {
    PATH: `${bin}:${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`,
    HOME: fake,
    FAKE: fake,
    FAKE_AWS: awsUrl,
    FAKE_NODE: process.execPath,
    FAKE_MAIN: MAIN,
    RUNNER_TEMP: temp,
    GITHUB_OUTPUT: join(fake, 'output'),
    GITHUB_STEP_SUMMARY: join(fake, 'summary'),
    GITHUB_RUN_ID: '8',
  };
  return {
    fake,
    temp,
    run: (script, cwd, env) =>
      new Promise((resolve) => {
        const child = execFile(
          'bash',
          ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script],
          { cwd, env: { ...base, ...env } },
          (_, out, err) => resolve({ code: child.exitCode ?? -1, output: out + err }),
        );
      }),
    answer: (path, body) => {
      mkdirSync(dirname(join(fake, 'answers', path)), { recursive: true });
      writeFileSync(join(fake, 'answers', `${path}.json`), JSON.stringify(body));
    },
    artifact: (name, from) => cpSync(from, join(fake, 'artifacts', name), { recursive: true, verbatimSymlinks: true }),
    told: (file) => (existsSync(join(fake, file)) ? readFileSync(join(fake, file), 'utf8') : ''),
    dispose: () => rmSync(root, { recursive: true, force: true }),
  };
}
