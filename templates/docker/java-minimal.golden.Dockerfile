# syntax=docker/dockerfile:1
# A Java program, built by Maven as one jar; only the runtime is in the image, and it does not run as root.
FROM maven:3.9-eclipse-temurin-3 AS build
WORKDIR /src
COPY pom.xml ./
RUN --mount=type=cache,target=/root/.m2 mvn --batch-mode --no-transfer-progress dependency:go-offline
COPY src ./src
RUN --mount=type=cache,target=/root/.m2 \
    mvn --batch-mode --no-transfer-progress -DskipTests package \
    && mkdir /out \
    && cp "$(ls target/*.jar | grep -v -e '-sources' -e '-javadoc' -e '^target/original-' | head -n 1)" /out/app.jar

FROM eclipse-temurin:3-jre
RUN groupadd --system --gid 10001 app && useradd --system --uid 10001 --gid app app
WORKDIR /app
COPY --from=build /out/app.jar ./app.jar
USER 10001
EXPOSE 8080
ENTRYPOINT ["java", "-XX:MaxRAMPercentage=75", "-jar", "app.jar"]
