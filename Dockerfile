# One image for the API, the workers and `migrate`; the command says which. Settings come from the environment (docs/operations.md).
FROM node:22-bookworm-slim

WORKDIR /app
ENV NODE_ENV=production XDG_CACHE_HOME=/app/.cache

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

# The workflow bundle, without and with the payload codec: built here, not at a worker's start.
RUN node --import tsx/esm --input-type=module -e "\
  const { workflowBundle } = await import('/app/platform/workflowBundle.ts'); \
  const { dataConverterFrom } = await import('/app/platform/dataConverter.ts'); \
  await workflowBundle(); \
  await workflowBundle(dataConverterFrom({ id: 'x', bytes: Buffer.alloc(32) }).failureConverterPath)"

USER node
EXPOSE 8080
ENTRYPOINT ["node", "bin/claimhub.js"]
CMD ["api"]
