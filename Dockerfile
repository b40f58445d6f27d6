# One image for web, dispatcher, beat and worker; docker-compose.yml says which of them a container is.

FROM node:24-slim AS ui
WORKDIR /ui
COPY frontend/package.json frontend/package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY frontend ./
RUN npm run build

FROM python:3.13-slim
ENV PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
RUN useradd --system --uid 10001 --home-dir /nonexistent --shell /usr/sbin/nologin scheduler
WORKDIR /app
COPY requirements.txt ./
RUN pip install --require-hashes -r requirements.txt
COPY pyproject.toml README.md LICENSE manage.py ./
COPY foundation foundation
COPY handlers handlers
COPY accounts accounts
COPY templates_app templates_app
COPY jobs jobs
COPY catalogue catalogue
COPY scheduler_project scheduler_project
COPY launcher launcher
COPY --from=ui /ui/dist frontend/dist
# Compiled now: the user below may not write here, and every start would compile anew.
RUN pip install --no-deps --no-build-isolation --editable . && python -m compileall -q .
USER scheduler
EXPOSE 8000
CMD ["python", "manage.py", "serve", "--host", "0.0.0.0", "--port", "8000"]
