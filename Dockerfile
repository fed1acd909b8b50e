# syntax=docker/dockerfile:1
# The gateway as an image: Node, what was compiled, the packages it needs, and nothing else; no shell. Runs as user 65532
# and writes nothing, so the root file system may be read-only.
ARG NODE_VERSION=24.21.0

FROM node:${NODE_VERSION}-bookworm-slim AS compiled
WORKDIR /build
COPY package.json package-lock.json ./
COPY tools/runtime/package.json tools/runtime/
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY src src
RUN npm run build

# The optional packages are other builds of Node, for machines without one.
FROM node:${NODE_VERSION}-bookworm-slim AS packages
WORKDIR /build
COPY package.json package-lock.json ./
COPY tools/runtime/package.json tools/runtime/
RUN npm ci --ignore-scripts --omit=dev --omit=optional && rm -rf node_modules/@ts-ingress

FROM gcr.io/distroless/cc-debian12:nonroot
ARG VERSION=0.1.0
LABEL org.opencontainers.image.title="ts-ingress" \
      org.opencontainers.image.description="A Kubernetes ingress gateway in TypeScript" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}"
COPY --from=compiled /usr/local/bin/node /usr/local/bin/node
WORKDIR /app
COPY LICENSE package.json ./
COPY --from=packages /build/node_modules node_modules
COPY --from=compiled /build/dist dist
ENV NODE_ENV=production
USER 65532:65532
EXPOSE 8080 8443 10254
# As workers have it: a burst of connections is not to leave 192 MB for young objects behind.
ENTRYPOINT ["/usr/local/bin/node", "--max-semi-space-size=16", "/app/dist/main.js"]
CMD ["controller"]
