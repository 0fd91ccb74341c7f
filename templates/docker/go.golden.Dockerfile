# syntax=docker/dockerfile:1
# A Go program as one static binary; nothing else is in the image, and it does not run as root.
FROM golang:3.14-alpine AS build
WORKDIR /src
COPY go.* ./
RUN --mount=type=cache,target=/go/pkg/mod go mod download
COPY . .
RUN --mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/root/.cache/go-build \
    CGO_ENABLED=0 go build -trimpath -ldflags="-s -w" -o /app .

FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=build /app /app
USER 65532
EXPOSE 8080
ENTRYPOINT ["/app"]
