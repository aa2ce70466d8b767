FROM node:24.19.0-bookworm-slim AS build
WORKDIR /chancery
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY build.mjs tsconfig.json tsconfig.build.json ./
COPY projections projections
COPY src src
RUN npm run build && npm prune --omit=dev --ignore-scripts --no-audit --no-fund

FROM node:24.19.0-bookworm-slim
WORKDIR /chancery
COPY LICENSE package.json ./
COPY --from=build /chancery/node_modules node_modules
COPY --from=build /chancery/dist dist
# A new volume gets the owner of the folder that it is mounted on.
RUN install -d -o node -g node /data /access
ENV NODE_ENV=production DATA_DIR=/data
# Less memory: see /docs/operations.
ENV MALLOC_ARENA_MAX=2 MALLOC_TRIM_THRESHOLD_=131072 MALLOC_MMAP_THRESHOLD_=131072
ENV NODE_OPTIONS=--max-semi-space-size=4
USER node
# Not started by npm, which would not forward SIGTERM.
CMD ["node", "dist/src/cli/chancery.js", "serve"]
