# syntax=docker/dockerfile:1
# Two images of one Debian release: one with Node 20.19 or later and npm, which builds, and one with neither, which what
# was built is put on. So npm, its cache and the compiler are in no layer of the result. scripts/image.sh makes both where
# there is no image registry. Whoever builds for others pins them by digest: --build-arg NODE_IMAGE=node@sha256:...
ARG NODE_IMAGE=node:24-bookworm-slim
ARG BASE_IMAGE=debian:bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
# The two secrets are optional: an npm configuration and a certificate authority of the machine that builds.
# They are mounted for this one step and are in no layer.
RUN --mount=type=secret,id=npmrc --mount=type=secret,id=ca \
  if [ -s /run/secrets/npmrc ]; then export NPM_CONFIG_USERCONFIG=/run/secrets/npmrc; fi; \
  if [ -s /run/secrets/ca ]; then export NODE_EXTRA_CA_CERTS=/run/secrets/ca; fi; \
  npm ci --ignore-scripts
COPY tsconfig.json ./
COPY scripts/build.mjs scripts/
COPY src src
# Types and source maps are for whoever develops, and nothing reads them at run time.
RUN node scripts/build.mjs \
  && npm prune --omit=dev --ignore-scripts \
  && find node_modules -type f \( -name '*.map' -o -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' -o -name '*.tsbuildinfo' \) -delete

FROM ${BASE_IMAGE}
# gpg alone, not gnupg: commits are verified with it, and nothing is ever signed. libatomic1 and libstdc++6 are what Node's
# own binaries link against. Message catalogues and manuals go: git speaks the C locale here and nobody reads.
RUN apt-get update \
  && apt-get install -y --no-install-recommends ca-certificates git gpg libatomic1 libstdc++6 openssh-client \
  && rm -rf /var/lib/apt/lists/* /var/cache/apt /var/cache/debconf/*-old /var/log/apt /var/log/dpkg.log \
    /usr/share/doc/*/changelog* /usr/share/locale/* /usr/share/man/* \
  && useradd --uid 10001 --no-create-home --home-dir /var/lib/kirosync --shell /usr/sbin/nologin kirosync \
  && install -d -o kirosync -g kirosync -m 0700 /var/lib/kirosync
WORKDIR /opt/kirosync
COPY --from=build /usr/local/bin/node /usr/local/bin/node
COPY LICENSE README.md package.json ./
COPY schemas schemas
COPY config-example config-example
COPY docs docs
COPY --from=build /build/node_modules node_modules
COPY --from=build /build/dist dist
RUN ln -s /opt/kirosync/dist/main.js /usr/local/bin/kirosync

# The state directory is the only place that is written to, temporary files included: the rest may be read-only.
ENV NODE_ENV=production KIROSYNC_STATE_DIR=/var/lib/kirosync TMPDIR=/var/lib/kirosync
VOLUME /var/lib/kirosync
WORKDIR /var/lib/kirosync
USER 10001
EXPOSE 8484
# A port set elsewhere than in KIROSYNC_HTTP_PORT needs a health check of its own.
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + (process.env.KIROSYNC_HTTP_PORT || 8484) + '/healthz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["kirosync"]
