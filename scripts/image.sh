#!/usr/bin/env bash
# Builds the image with buildah and tries it: version, validate, plan and serve, as the image's user, on a root file
# system mounted read-only.
#
#   scripts/image.sh [NAME]              NAME is kirosync:local unless given
#   scripts/image.sh --try NAME          only tries an image that is there
#
# Needs root and Debian's packages buildah and debootstrap. Images of your own save making them:
#   NODE_IMAGE=node:24-bookworm-slim BASE_IMAGE=debian:bookworm-slim     pulled if they are not there
# Without them a Debian base is made by debootstrap, and a second one with this machine's node and npm on top of it;
# nothing is pulled.
#
# This machine's npm configuration and certificate authority (NODE_EXTRA_CA_CERTS) reach the build as secrets of one step;
# neither is in the image.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

only_try=
[ "${1:-}" != --try ] || { only_try=yes; shift; }
name=${1:-kirosync:local}
export STORAGE_DRIVER=${STORAGE_DRIVER:-vfs} BUILDAH_ISOLATION=${BUILDAH_ISOLATION:-chroot}
suite=bookworm
work=$(mktemp -d)
container=
stop() {
  [ -z "$container" ] || buildah rm "$container" >/dev/null 2>&1 || true
  rm -rf --one-file-system "$work"
}
trap stop EXIT

say() { printf '\n== %s\n' "$*"; }
need() { command -v "$1" >/dev/null || { echo "scripts/image.sh needs $1: $2" >&2; exit 1; }; }

[ "$(id -u)" -eq 0 ] || { echo 'scripts/image.sh runs as root: it makes and enters root file systems.' >&2; exit 1; }
need buildah 'apt-get install buildah'
need node 'install Node 20.19 or later'
need npm 'it comes with Node'

# Makes an image of a folder.
commit() {
  container=$(buildah from scratch)
  buildah add --quiet "$container" "$1" / >/dev/null
  buildah commit --quiet --rm "$container" "$2" >/dev/null
  container=
}

# Two images of Debian, under the names given: the second has this machine's node and npm too. Manuals, translations and
# changelogs are left out, as they are in Debian's own slim images, also of what apt installs later.
make_bases() {
  local root=$work/base npm_home
  need debootstrap 'apt-get install debootstrap'
  debootstrap --variant=minbase --include=ca-certificates,libstdc++6,passwd "$suite" "$root" >"$work/debootstrap.log" 2>&1 ||
    { tail -20 "$work/debootstrap.log" >&2; exit 1; }
  printf 'path-exclude /usr/share/%s\n' 'man/*' 'locale/*' 'info/*' 'doc/*' >"$root/etc/dpkg/dpkg.cfg.d/slim"
  printf 'path-include /usr/share/doc/*/copyright\n' >>"$root/etc/dpkg/dpkg.cfg.d/slim"
  rm -rf "$root"/var/cache/apt/* "$root"/var/lib/apt/lists/* "$root"/usr/share/{man,locale,info}/*
  find "$root/usr/share/doc" ! -type d ! -name copyright -delete
  commit "$root" "$1"
  npm_home=$(dirname "$(dirname "$(realpath "$(command -v npm)")")")
  mkdir -p "$root/usr/local/bin" "$root/usr/local/lib/node_modules"
  cp -L "$(command -v node)" "$root/usr/local/bin/node"
  cp -R "$npm_home" "$root/usr/local/lib/node_modules/npm"
  ln -s ../lib/node_modules/npm/bin/npm-cli.js "$root/usr/local/bin/npm"
  commit "$root" "$2"
  rm -rf "$root"
}

pull=()
if [ -n "$only_try" ]; then :
elif [ -z "${NODE_IMAGE:-}" ] && [ -z "${BASE_IMAGE:-}" ]; then
  BASE_IMAGE=localhost/kirosync-base:$suite
  NODE_IMAGE=localhost/kirosync-base:$suite-node-$(node --version)
  pull=(--pull-never)
  if ! buildah inspect --type image "$BASE_IMAGE" >/dev/null 2>&1 || ! buildah inspect --type image "$NODE_IMAGE" >/dev/null 2>&1; then
    say "base images $BASE_IMAGE and $NODE_IMAGE"
    make_bases "$BASE_IMAGE" "$NODE_IMAGE"
  fi
elif [ -z "${NODE_IMAGE:-}" ] || [ -z "${BASE_IMAGE:-}" ]; then
  echo 'Set both NODE_IMAGE and BASE_IMAGE, of one Debian release, or neither.' >&2
  exit 1
fi

# The npm configuration of this machine, without paths that mean nothing inside the build.
for which in globalconfig userconfig; do
  file=$(npm config get "$which" 2>/dev/null)
  [ ! -f "$file" ] || grep -vE '^ *(cafile|nodedir|prefix|cache) *=' "$file" || true
done >"$work/npmrc"
cp "${NODE_EXTRA_CA_CERTS:-/dev/null}" "$work/ca"

if [ -z "$only_try" ]; then
  say "image $name"
  buildah bud "${pull[@]}" --network host --format docker --layers=false \
    --build-arg "NODE_IMAGE=$NODE_IMAGE" --build-arg "BASE_IMAGE=$BASE_IMAGE" \
    --secret "id=npmrc,src=$work/npmrc" --secret "id=ca,src=$work/ca" \
    --tag "$name" .
fi

say 'what the image says of itself'
buildah inspect --type image --format \
  'entry point {{.Docker.Config.Entrypoint}}  user {{.Docker.Config.User}}  volumes {{.Docker.Config.Volumes}}
health check {{.Docker.Config.Healthcheck.Test}}' "$name"
container=$(buildah from --pull-never "$name")
# The health check as a line of shell: its words, each in quotes.
health=$(buildah inspect --type image "$name" |
  node -e 'const [, ...words] = JSON.parse(require("fs").readFileSync(0, "utf8")).Docker.config.Healthcheck.Test; console.log(words.map((word) => `'"'"'${word.replaceAll("'"'"'", `'"'"'\\'"'"''"'"'`)}'"'"'`).join(" "))')
printf '\n'
root=$(buildah mount "$container")
size=$(du -smx "$root" | cut -f1)
printf 'unpacked %s MiB, of which node_modules %s MiB; npm: %s\n' "$size" "$(du -smx "$root/opt/kirosync/node_modules" | cut -f1)" \
  "$(chroot "$root" sh -c 'command -v npm || echo none')"
[ "$size" -lt 450 ] || { echo 'The image has to stay below 450 MiB unpacked.' >&2; exit 1; }
for package in playwright-core @sparticuz/chromium typescript vitest; do
  [ ! -e "$root/opt/kirosync/node_modules/$package" ] || { echo "a development package is in the image: $package" >&2; exit 1; }
done
for secret in "$root/run/secrets" "$root/root/.npmrc"; do
  [ -z "$(ls -A "$secret" 2>/dev/null)" ] || { echo "left behind: $secret" >&2; exit 1; }
done

# Runs a shell text inside: own mounts, root file system read-only, the state directory a fresh writable one.
inside() {
  mkdir -p "$work/state"
  chown 10001:10001 "$work/state"
  unshare --mount --pid --fork -- bash -euc '
    mount --bind "$0" "$0"
    mount --bind "$1" "$0/var/lib/kirosync"
    mount -t proc proc "$0/proc"
    mount --bind /dev "$0/dev"
    [ ! -e /etc/resolv.conf ] || [ ! -e "$0/etc/resolv.conf" ] || mount --bind -o ro /etc/resolv.conf "$0/etc/resolv.conf"
    mount -o remount,bind,ro "$0"
    exec chroot --userspec=10001:10001 "$0" /usr/bin/env -i PATH=/usr/local/bin:/usr/bin:/bin HOME=/var/lib/kirosync \
      NODE_ENV=production KIROSYNC_STATE_DIR=/var/lib/kirosync TMPDIR=/var/lib/kirosync HEALTHCHECK="$3" sh -euc "$2"
  ' "$root" "$work/state" "$1" "$health"
}

say 'tried on a read-only root file system, as user 10001'
inside '
  cd /var/lib/kirosync
  if touch /opt/kirosync/written 2>/dev/null; then echo "the root file system is writable" >&2; exit 1; fi
  for tool in git ssh gpg; do command -v "$tool" >/dev/null || { echo "no $tool" >&2; exit 1; }; done
  echo "kirosync --version: $(kirosync --version)"
  kirosync validate --config /opt/kirosync/config-example

  kirosync emulator --port 0 >url 2>emulator.log & emulator=$!
  for i in $(seq 100); do [ ! -s url ] || break; sleep 0.1; done
  export AWS_ENDPOINT_URL="$(cat url)" AWS_REGION=eu-west-1 AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local
  status=0; kirosync plan --config /opt/kirosync/config-example >plan.txt || status=$?
  grep "^Plan: " plan.txt; echo "plan ended with $status"; [ "$status" -eq 2 ]

  mkdir policy && cp -R /opt/kirosync/config-example/. policy && cd policy
  git init -q -b main . && git add . && git -c user.name=policy -c user.email=policy@example.com commit -q -m policy && cd ..
  export KIROSYNC_GIT_URL=file:///var/lib/kirosync/policy

  now() { date +%s%3N; }
  fail() { echo "$1" >&2; cat serve.out serve.log >&2; exit 1; }
  # Waits until a command succeeds, for as long as the daemon lives and for 30 seconds at most.
  until_true() {
    for i in $(seq 300); do
      ! "$@" 2>/dev/null || return 0
      kill -0 "$serve" 2>/dev/null || fail "serve ended early"
      sleep 0.1
    done
    fail "gave up waiting for: $*"
  }
  get() { node -e "fetch(process.argv[1]).then(async (r) => { console.log(await r.text()); process.exit(r.ok ? 0 : 1) }, () => process.exit(1))" "$1"; }
  ready() { get http://127.0.0.1:8484/readyz >ready; }
  writes() { get "$AWS_ENDPOINT_URL/_emulator/calls" | grep -q CreateGroupMembership; }
  stop() {
    began=$(now); status=0; kill -TERM "$serve"; wait "$serve" || status=$?; took=$(($(now) - began))
    echo "SIGTERM $1: ended with $status after $took ms"
    [ "$status" -eq 0 ] && [ "$took" -lt 10000 ] || fail "serve has to end with 0 within 10 seconds"
  }

  began=$(now); KIROSYNC_MODE=observe kirosync serve >serve.out 2>serve.log & serve=$!
  until_true get http://127.0.0.1:8484/healthz >health; echo "healthz answers after $(($(now) - began)) ms"
  until_true ready; echo "ready (first pass ended) after $(($(now) - began)) ms"
  eval "$HEALTHCHECK" || fail "the health check of the image fails"; echo "the health check of the image passes"
  stop "while idle"
  ! eval "$HEALTHCHECK" 2>/dev/null || { echo "the health check passes without a daemon" >&2; exit 1; }

  # Every write takes two seconds, so that a stop comes while one is on its way.
  node -e "fetch(process.env.AWS_ENDPOINT_URL + \"/_emulator/faults\", { method: \"POST\", headers: { \"content-type\": \"application/json\" },
    body: JSON.stringify({ operation: \"CreateGroupMembership\", kind: \"latency\", ms: 2000, times: 1000 }) }).then((r) => process.exit(r.ok ? 0 : 1))"
  KIROSYNC_MODE=enforce kirosync serve >serve.out 2>serve.log & serve=$!
  until_true writes
  stop "while a pass writes"
  grep -c "\"result\":\"succeeded\"" journal.jsonl | sed "s/^/changes in the journal as succeeded: /"
  kill "$emulator"; wait "$emulator" || true
  ls -A /tmp | sed "s/^/left in \/tmp: /"
'
say "done: $name"
