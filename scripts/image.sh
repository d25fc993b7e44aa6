#!/usr/bin/env bash
# Builds the image with buildah and tries it: version, validate, plan and serve, as the image's user, on a root file
# system mounted read-only.
#
#   scripts/image.sh [NAME]              NAME is kirosync:local unless given
#
# Needs root and Debian's packages buildah and debootstrap. A node image of your own saves making one:
#   NODE_IMAGE=node:24-bookworm-slim     the image to build on; pulled if it is not there
# Without it a Debian base with this machine's node and npm is made by debootstrap, and nothing is pulled.
#
# This machine's npm configuration and certificate authority (NODE_EXTRA_CA_CERTS) reach the build as secrets of one step;
# neither is in the image.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

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

# A Debian base with this machine's node and npm, under the name given.
make_base() {
  local root=$work/base npm_home
  need debootstrap 'apt-get install debootstrap'
  debootstrap --variant=minbase --include=ca-certificates,libstdc++6,passwd "$suite" "$root" >"$work/debootstrap.log" 2>&1 ||
    { tail -20 "$work/debootstrap.log" >&2; exit 1; }
  rm -rf "$root"/var/cache/apt/* "$root"/var/lib/apt/lists/*
  npm_home=$(dirname "$(dirname "$(realpath "$(command -v npm)")")")
  mkdir -p "$root/usr/local/bin" "$root/usr/local/lib/node_modules"
  cp -L "$(command -v node)" "$root/usr/local/bin/node"
  cp -R "$npm_home" "$root/usr/local/lib/node_modules/npm"
  ln -s ../lib/node_modules/npm/bin/npm-cli.js "$root/usr/local/bin/npm"
  container=$(buildah from scratch)
  buildah add --quiet "$container" "$root" / >/dev/null
  buildah config --cmd node "$container"
  buildah commit --quiet --rm "$container" "$1" >/dev/null
  container=
  rm -rf "$root"
}

pull=()
if [ -z "${NODE_IMAGE:-}" ]; then
  NODE_IMAGE=localhost/kirosync-node-base:$suite-$(node --version)
  pull=(--pull-never)
  if ! buildah inspect --type image "$NODE_IMAGE" >/dev/null 2>&1; then
    say "base image $NODE_IMAGE"
    make_base "$NODE_IMAGE"
  fi
fi

# The npm configuration of this machine, without paths that mean nothing inside the build.
for which in globalconfig userconfig; do
  file=$(npm config get "$which" 2>/dev/null)
  [ ! -f "$file" ] || grep -vE '^ *(cafile|nodedir|prefix|cache) *=' "$file" || true
done >"$work/npmrc"
cp "${NODE_EXTRA_CA_CERTS:-/dev/null}" "$work/ca"

say "image $name"
buildah bud "${pull[@]}" --network host --format docker --layers=false \
  --build-arg "NODE_IMAGE=$NODE_IMAGE" \
  --secret "id=npmrc,src=$work/npmrc" --secret "id=ca,src=$work/ca" \
  --tag "$name" .

say 'what the image says of itself'
buildah inspect --type image --format \
  'entry point {{.Docker.Config.Entrypoint}}  user {{.Docker.Config.User}}  volumes {{.Docker.Config.Volumes}}
health check {{.Docker.Config.Healthcheck.Test}}' "$name"
container=$(buildah from --pull-never "$name")
printf '\n'
root=$(buildah mount "$container")
printf 'unpacked %s, of which node_modules %s\n' "$(du -shx "$root" | cut -f1)" "$(du -shx "$root/opt/kirosync/node_modules" | cut -f1)"
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
      NODE_ENV=production KIROSYNC_STATE_DIR=/var/lib/kirosync TMPDIR=/var/lib/kirosync sh -euc "$2"
  ' "$root" "$work/state" "$1"
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
  KIROSYNC_GIT_URL=file:///var/lib/kirosync/policy KIROSYNC_MODE=observe kirosync serve >serve.out 2>serve.log & serve=$!
  for i in $(seq 200); do
    health=$(node -e "fetch(\"http://127.0.0.1:8484/healthz\").then((r) => console.log(r.status), () => console.log(0))")
    [ "$health" != 200 ] || break
    kill -0 "$serve" 2>/dev/null || { cat serve.out serve.log >&2; exit 1; }
    sleep 0.1
  done
  cat serve.out; echo "healthz answers $health"; [ "$health" = 200 ]
  status=0; kill -TERM "$serve"; wait "$serve" || status=$?
  echo "serve ended with $status after SIGTERM"; [ "$status" -eq 0 ]
  kill "$emulator"; wait "$emulator" || true
'
say "done: $name"
