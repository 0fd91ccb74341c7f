# syntax=docker/dockerfile:1
# Files that are built by npm and handed out by nginx, which does not run as root and listens on 8080.
FROM node:lts-slim AS build
WORKDIR /src
COPY package.json package-lock.json ./
RUN --mount=type=cache,target=/root/.npm npm ci
COPY . .
RUN npm run build

FROM nginxinc/nginx-unprivileged:3-alpine
COPY --from=build /src/dist /usr/share/nginx/html
USER 101
EXPOSE 8080
