# syntax=docker/dockerfile:1
# Any image with Node 20.19 or later, npm and apt will do; scripts/image.sh makes one where there is no image registry.
ARG NODE_IMAGE=node:24-bookworm-slim

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
RUN node scripts/build.mjs && npm prune --omit=dev --ignore-scripts

FROM ${NODE_IMAGE}
RUN apt-get update \
  && apt-get install -y --no-install-recommends ca-certificates git gnupg openssh-client \
  && rm -rf /var/lib/apt/lists/* /var/cache/apt /var/log/apt /var/log/dpkg.log \
  && useradd --uid 10001 --no-create-home --home-dir /var/lib/kirosync --shell /usr/sbin/nologin kirosync \
  && install -d -o kirosync -g kirosync -m 0700 /var/lib/kirosync
WORKDIR /opt/kirosync
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
