# One image for the API, the workers and `migrate`; the command says which. Settings come from the environment (docs/operations.md).

# Compiles; nothing of this stage but dist/ gets into the image.
FROM node:22-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json tsconfig.json tsconfig.build.json ./
COPY kit/package.json kit/
RUN npm ci --no-audit --no-fund --ignore-scripts
COPY bin bin
COPY domain domain
COPY workflows workflows
COPY activities activities
COPY adapters adapters
COPY api api
COPY db db
COPY platform platform
COPY cli cli
COPY sandbox sandbox
COPY packaging packaging
RUN npm run build

# What runs: production packages only, Temporal's native library of this platform only.
FROM node:22-bookworm-slim AS app
# `latin`: without the fonts for Chinese, Japanese, Thai and rare scripts (50 MB); a paper with such a name is then refused, and says which is missing.
ARG FONTS=all
WORKDIR /app
ENV NODE_ENV=production
COPY package.json package-lock.json ./
COPY kit/package.json kit/
RUN npm ci --omit=dev --workspaces=false --no-audit --no-fund && rm -rf kit /root/.npm
COPY --from=build /build/dist ./
# Other platforms' native libraries, weights of a font that no paper uses, and what only editors read.
RUN cd node_modules \
  && keep=$(node -p "require('./@temporalio/core-bridge/common.js').getPrebuiltTargetName()") \
  && find @temporalio/core-bridge/releases -mindepth 1 -maxdepth 1 ! -name "$keep" -exec rm -r {} + \
  && find @embedpdf -name '*.otf' ! -name '*-Regular.otf' ! -name '*-Bold.otf' -delete \
  && if [ "$FONTS" = latin ]; then rm -r @embedpdf @expo-google-fonts @fontsource; fi \
  && rm -r pdfmake/build \
  && find . -regex '.*\.\(map\|d\.[cm]?ts\)' -delete
# The workflow bundles, without and with the payload codec: built here, not at a worker's start, into /app/bundles where every user may read them.
RUN XDG_CACHE_HOME=/tmp/build-cache node bin/claimhub.js bundle && rm -rf /tmp/*

FROM node:22-bookworm-slim
WORKDIR /app
ENV NODE_ENV=production
COPY --from=app /app ./
USER node
EXPOSE 8080
ENTRYPOINT ["node", "bin/claimhub.js"]
CMD ["api"]
