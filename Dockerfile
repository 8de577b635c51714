# syntax=docker/dockerfile:1
# The hub in a container: docker build -t pinhub . && docker run -p 5000:5000 -p 1883:1883 -v pinhub:/data pinhub
# For a Raspberry Pi with a 32-bit system, add --build-arg NODE=22.
ARG NODE=24

# What is built is the same for every processor, so it is built on that of the builder.
FROM --platform=$BUILDPLATFORM node:${NODE}-slim AS build
WORKDIR /opt/pinhub
COPY package.json package-lock.json ./
RUN npm ci
COPY tsconfig.json README.md README.pt-BR.md CONTRIBUTING.md ./
COPY build build
COPY docs docs
COPY hub hub
COPY devices devices
COPY simulator simulator
COPY test/contracts test/contracts
COPY web web
RUN npm run build && npm prune --omit=dev

FROM node:${NODE}-slim
WORKDIR /opt/pinhub
COPY --from=build /opt/pinhub/package.json ./
COPY --from=build /opt/pinhub/node_modules node_modules
COPY --from=build /opt/pinhub/dist dist
COPY LICENSE ./
RUN printf '#!/bin/sh\nexec node /opt/pinhub/dist/hub/main.js "$@"\n' > /usr/local/bin/pinhub \
  && chmod 755 /usr/local/bin/pinhub \
  && install -d -o node -g node -m 700 /data
USER node
ENV PINHUB_DATA=/data
VOLUME /data
EXPOSE 5000 1883
HEALTHCHECK --start-period=20s --interval=30s --timeout=5s \
  CMD ["node", "-e", "const { PINHUB_PORT: port = 5000, PINHUB_BASE_PATH: path = '' } = process.env; fetch(`http://127.0.0.1:${port}${path}/healthz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["pinhub"]
CMD ["start", "--host", "0.0.0.0"]
