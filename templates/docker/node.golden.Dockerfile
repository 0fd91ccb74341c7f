# syntax=docker/dockerfile:1
# A Node.js program with a lock file; what only the build needs stays behind, and it does not run as root.
FROM node:3.14-slim AS build
WORKDIR /src
COPY package.json package-lock.json ./
RUN --mount=type=cache,target=/root/.npm npm ci
COPY . .
RUN npm run build --if-present && npm prune --omit=dev

FROM node:3.14-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build --chown=1000:1000 /src ./
USER 1000
EXPOSE 8080
CMD ["npm", "start"]
