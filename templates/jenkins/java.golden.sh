#!/bin/sh
# Builds and pushes the image of a Java app. A Dockerfile in the repository decides how; without one, the one below does.
set -eu

BUILD_PATH='.'
DOCKERFILE='Dockerfile'

default_dockerfile() {
  cat <<'END'
FROM maven:3-eclipse-temurin-21 AS build
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/root/.m2 mvn --batch-mode --no-transfer-progress -DskipTests package \
    && mkdir /out && cp "$(ls target/*.jar | grep -v -e '-sources' -e '-javadoc' -e '^target/original-' | head -n 1)" /out/app.jar

FROM eclipse-temurin:21-jre
COPY --from=build /out/app.jar /app.jar
ENTRYPOINT ["java", "-jar", "/app.jar"]
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
