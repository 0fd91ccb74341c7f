# syntax=docker/dockerfile:1
# A Python program with requirements.txt, in an environment of its own; compilers stay behind, and it does not run as root.
FROM python:3 AS build
RUN python -m venv /venv
ENV PATH=/venv/bin:$PATH
COPY requirements.txt ./
RUN --mount=type=cache,target=/root/.cache/pip pip install --requirement requirements.txt

FROM python:3-slim
RUN groupadd --system --gid 10001 app && useradd --system --uid 10001 --gid app app
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /app
COPY --from=build /venv /venv
COPY . .
USER 10001
EXPOSE 8080
CMD ["python", "main.py"]
