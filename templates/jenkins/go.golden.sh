#!/bin/sh
# Builds and pushes the image of a Go app. A Dockerfile in the repository decides how; without one, the one below does.
set -eu

NAMESPACE='shop'
REGISTRY='registry.example.com'
BUILD_PATH='services/it'\''s checkout'
DOCKERFILE='services/it'\''s checkout/Dockerfile'
PORT=8080
PORT='8080'

default_dockerfile() {
  cat <<'END'
FROM golang:1 AS build
WORKDIR /src
COPY . .
RUN --mount=type=cache,id=@NAMESPACE@-go-modules,target=/go/pkg/mod \
    --mount=type=cache,id=@NAMESPACE@-go-build,target=/root/.cache/go-build \
    CGO_ENABLED=0 go build -trimpath -o /app .

FROM gcr.io/distroless/static:nonroot
COPY --from=build /app /app
USER 65532
ENTRYPOINT ["/app"]
END
}

fail() {
  printf 'orrery: %s\n' "$1" >&2
  exit 1
}

# Jenkins hands the run's parameters over as variables; they are only ever used as "$NAME", never evaluated.
: "${IMAGE:?no image was given}" "${COMMIT:?no commit was given}"

# What is built must lie in the checkout, or an app could copy the build machine's files into its image.
root=$(pwd -P)
require_inside() {
  directory=$(cd -- "$1" && pwd -P) || fail "there is no directory $1"
  case "$directory/" in
    "$root"/*) ;;
    *) fail "$1 leads out of the repository" ;;
  esac
}
require_inside "./$BUILD_PATH"

scratch=$(mktemp -d)
trap 'rm -rf -- "$scratch"' EXIT
trap 'exit 143' HUP INT TERM
if [ -L "./$DOCKERFILE" ]; then
  fail "$DOCKERFILE must be a file, not a link"
elif [ -f "./$DOCKERFILE" ]; then
  require_inside "$(dirname -- "./$DOCKERFILE")"
  dockerfile=./$DOCKERFILE
else
  printf 'orrery: there is no %s; using the default one\n' "$DOCKERFILE"
  dockerfile=$scratch/Dockerfile
  case $NAMESPACE$PORT in *[!a-z0-9-]*) fail "no namespace is called $NAMESPACE" ;; esac
  default_dockerfile | sed -e "s/@NAMESPACE@/$NAMESPACE/g" -e "s/@PORT@/$PORT/g" >"$dockerfile"
  printf '.git\n' >"$dockerfile.dockerignore"
fi

# Another frontend, or one of before this build argument, could use the caches of other namespaces.
first=$(tr -d '\000' <"$dockerfile" | sed -e '/^#!/d' | grep -m 1 '[^[:space:]]' || true)
case "${first%%[[:alnum:]#]*}" in *'{'*) fail "$DOCKERFILE is no Dockerfile" ;; esac
if tr -d '\000\r' <"$dockerfile" | grep -Eio '(#|//)[[:space:]]*syntax[[:space:]]*=.*' |
  grep -Eivq '=[[:space:]]*(docker\.io/)?docker/dockerfile:1(\.([4-9]|[1-9][0-9]+)(\.[0-9]+)?)?(-labs)?[[:space:]]*$'; then
  fail "$DOCKERFILE may have no other syntax than docker/dockerfile:1"
fi

# The caches of RUN --mount=type=cache are the namespace's own, whatever they are called.
set -- --pull --file "$dockerfile" --tag "$IMAGE" --label "org.opencontainers.image.revision=$COMMIT" \
  --build-arg "BUILDKIT_CACHE_MOUNT_NS=$NAMESPACE"
carriage_return=$(printf '\r')
while IFS= read -r line || [ -n "$line" ]; do
  line=${line%"$carriage_return"}
  case $line in
    '') ;;
    # The first steer the builder; the others are no part of a layer's key, and would shape what other namespaces are given.
    BUILDKIT_*=* | HTTP_PROXY=* | HTTPS_PROXY=* | FTP_PROXY=* | NO_PROXY=* | ALL_PROXY=* | \
      http_proxy=* | https_proxy=* | ftp_proxy=* | no_proxy=* | all_proxy=*)
      fail "a build argument may not be called ${line%%=*}" ;;
    # Without a value, docker would take it from the build machine's own environment.
    [A-Za-z_]*=*) set -- "$@" --build-arg "$line" ;;
    *) fail "a build argument is not NAME=value: $line" ;;
  esac
done <<END
${BUILD_ARGS:-}
END

# The login is this build's own, and goes with it; what builders are installed beside the machine's own stays.
if [ -n "${REGISTRY_USERNAME:-}" ]; then
  mkdir -m 700 "$scratch/docker"
  plugins=${DOCKER_CONFIG:-${HOME:-}/.docker}/cli-plugins
  if [ -d "$plugins" ]; then ln -s "$plugins" "$scratch/docker/cli-plugins"; fi
  DOCKER_CONFIG=$scratch/docker
  export DOCKER_CONFIG
  printf '%s' "${REGISTRY_PASSWORD:-}" | docker login --username "$REGISTRY_USERNAME" --password-stdin "${REGISTRY%%/*}"
fi
unset REGISTRY_USERNAME REGISTRY_PASSWORD

DOCKER_BUILDKIT=1 docker build "$@" "./$BUILD_PATH"
docker push "$IMAGE"
printf 'orrery: pushed %s as\n' "$IMAGE"
docker image inspect --format '{{range .RepoDigests}}{{println .}}{{end}}' "$IMAGE"
