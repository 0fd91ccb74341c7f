#!/bin/sh
# Builds and pushes the image of a Go app. A Dockerfile in the repository decides how; without one, the one below does.
set -eu

BUILD_PATH='services/it'\''s checkout'
DOCKERFILE='services/it'\''s checkout/Dockerfile'

default_dockerfile() {
  cat <<'END'
FROM golang:1 AS build
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/root/.cache/go-build \
    CGO_ENABLED=0 go build -trimpath -o /app .

FROM gcr.io/distroless/static
COPY --from=build /app /app
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
if [ -L "./$DOCKERFILE" ]; then
  fail "$DOCKERFILE must be a file, not a link"
elif [ -f "./$DOCKERFILE" ]; then
  require_inside "$(dirname -- "./$DOCKERFILE")"
  dockerfile=./$DOCKERFILE
else
  printf 'orrery: there is no %s; using the default one\n' "$DOCKERFILE"
  dockerfile=$scratch/Dockerfile
  default_dockerfile >"$dockerfile"
  printf '.git\n' >"$dockerfile.dockerignore"
fi

set -- --pull --file "$dockerfile" --tag "$IMAGE" --label "org.opencontainers.image.revision=$COMMIT"
carriage_return=$(printf '\r')
while IFS= read -r line || [ -n "$line" ]; do
  line=${line%"$carriage_return"}
  case $line in
    '') ;;
    # Without a value, docker would take it from the build machine's own environment.
    [A-Za-z_]*=*) set -- "$@" --build-arg "$line" ;;
    *) fail "a build argument is not NAME=value: $line" ;;
  esac
done <<END
${BUILD_ARGS:-}
END

DOCKER_BUILDKIT=1 docker build "$@" "./$BUILD_PATH"
docker push "$IMAGE"
printf 'orrery: pushed %s as\n' "$IMAGE"
docker image inspect --format '{{range .RepoDigests}}{{println .}}{{end}}' "$IMAGE"
