# The server with its own user, one volume, and a file system that may be read-only: docs/guides/operating.md
FROM node:24-bookworm-slim AS build
WORKDIR /build
COPY . .
# The bundler's machine code is an optional package, so none is left out here.
RUN npm ci && npm pack

FROM node:24-bookworm-slim
COPY --from=build /build/longshore-*.tgz /tmp/
# The image has a Node.js, so the packages that bring one are left out. npm installs them in spite of --omit with --global.
RUN npm install --prefix /opt/longshore --omit=optional /tmp/longshore-*.tgz && rm /tmp/longshore-*.tgz \
 && ln -s /opt/longshore/node_modules/.bin/longshore /usr/local/bin/longshore \
 && useradd --system --uid 10001 --home-dir /var/lib/longshore --create-home longshore
USER 10001
WORKDIR /var/lib/longshore
ENV LONGSHORE_DATA_DIR=/var/lib/longshore/data LONGSHORE_HOST=0.0.0.0 LONGSHORE_LOG_FORMAT=json
VOLUME /var/lib/longshore
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=6s --start-period=20s \
  CMD ["node", "--eval", "fetch('http://127.0.0.1:8080/health/ready').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["longshore"]
CMD ["serve"]
