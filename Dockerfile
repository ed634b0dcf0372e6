# The app and its server. docs/operating.md says how it is run.

FROM node:24-bookworm-slim AS build
WORKDIR /okcvm
COPY package.json package-lock.json ./
RUN npm ci
COPY index.html tsconfig.base.json tsconfig.json vite.config.ts vite.server.config.ts ./
COPY public public
COPY scripts scripts
COPY spec spec
COPY src src
COPY sync-server sync-server
RUN npm run build

FROM node:24-bookworm-slim AS packages
WORKDIR /okcvm
COPY package.json package-lock.json ./
RUN npm ci --omit=dev && npm cache clean --force

FROM node:24-bookworm-slim
ENV NODE_ENV=production \
    HOST=0.0.0.0 \
    PORT=8787 \
    OKCVM_DATABASE_URL=sqlite:///data/okcvm.db \
    OKCVM_CACHE_DIR=/data/cache
WORKDIR /okcvm
COPY package.json LICENSE ./
COPY --from=packages /okcvm/node_modules node_modules
COPY --from=build /okcvm/dist dist
# Its own folder: a new volume takes over whose it is.
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 8787
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PORT + '/healthz').then((reply) => process.exit(reply.ok ? 0 : 1), () => process.exit(1))"]
# Node itself, so that it gets the signals: SIGTERM lets running replies end.
CMD ["node", "dist/server/server.js"]
