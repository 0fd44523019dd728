# One image for the API, the workers and `migrate`; the command says which. Settings come from the environment (docs/operations.md).
FROM node:22-bookworm-slim

WORKDIR /app
ENV NODE_ENV=production

COPY package.json package-lock.json ./
RUN npm ci --omit=dev --no-audit --no-fund

COPY bin bin
COPY domain domain
COPY workflows workflows
COPY activities activities
COPY adapters adapters
COPY api api
COPY db db
COPY platform platform
COPY cli cli
# The commands name the twins; they are loaded only when called.
COPY sandbox sandbox

# The workflow bundles, without and with the payload codec: built here, not at a worker's start, into /app/bundles where every user may read them.
# What the tools cache meanwhile belongs to root and stays out of the image.
RUN XDG_CACHE_HOME=/tmp/build-cache node bin/claimhub.js bundle && rm -rf /tmp/*

USER node
EXPOSE 8080
ENTRYPOINT ["node", "bin/claimhub.js"]
CMD ["api"]
