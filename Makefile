# `make` lists what there is. Another Python: make run PYTHON=python3.12
PYTHON ?= python3
# Make runs it directly, without a shell in between, so that the platform ends when make does.
BOOTSTRAP = $(PYTHON) launcher/bootstrap.py
LOCK = .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock"
# One process per processor, at most four: each starts its own servers. A process that dies ends the run.
PARALLEL = --numprocesses logical --maxprocesses 4 --max-worker-restart 0 --dist loadscope --no-loadscope-reorder

.PHONY: help run test test-long check audit bench chaos lock clean
.DEFAULT_GOAL := help

help: ## list these targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1	\2/' | expand -t 18

run: ## the whole platform on this machine; Ctrl-C stops it (PORT, STATE_DIR, DATABASE_URL, ...)
	@$(BOOTSTRAP) run --with-parent

test: ## the tests, some minutes; ARGS="tests/unit -k word" narrows them
	@$(BOOTSTRAP) dev
	.venv/bin/python -m pytest $(PARALLEL) -m "not long" $(ARGS)

test-long: ## what takes long: fuzz, races, faults, real servers everywhere; ARGS as above
	@$(BOOTSTRAP) dev
	.venv/bin/python -m pytest $(PARALLEL) -m "long or hypothesis" --hypothesis-profile many $(ARGS)

check: ## linters and types, of Python and of the UI
	@$(BOOTSTRAP) dev
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	SECRET_KEY=only-for-type-checking .venv/bin/mypy .
	.venv/bin/lint-imports
	cd frontend && PATH="$(CURDIR)/.venv/bin:$$PATH" npm run check

audit: ## known weaknesses of the pinned requirements, of Python and of the UI (asks public databases)
	@$(BOOTSTRAP) dev
	.venv/bin/uv tool run --from pip-audit==2.10.1 pip-audit --disable-pip --require-hashes --progress-spinner off \
		-r requirements.txt -r requirements-embedded.txt -r requirements-node.txt -r requirements-dev.txt
	cd frontend && PATH="$(CURDIR)/.venv/bin:$$PATH" npm audit

bench: ## the benchmarks with their ratios
	@$(BOOTSTRAP) dev
	.venv/bin/python -m bench $(ARGS)

chaos: ## random faults on real servers, also two at once: MINUTES=60 SEED=n
	@$(BOOTSTRAP) dev
	.venv/bin/python -m tests.faults.chaos $(if $(MINUTES),--minutes $(MINUTES)) $(if $(SEED),--seed $(SEED)) $(ARGS)

lock: ## pin the requirements again, with hashes (after a change of requirements*.in)
	@$(BOOTSTRAP) dev
	$(LOCK) requirements.in -o requirements.txt
	$(LOCK) requirements-embedded.in -o requirements-embedded.txt
	$(LOCK) requirements-node.in -o requirements-node.txt
	$(LOCK) requirements-dev.in -o requirements-dev.txt

clean: ## remove what was installed and built; the state (.state) and its jobs stay
	rm -rf .venv frontend/node_modules frontend/dist tests/provider/node_modules *.egg-info
	find . -name __pycache__ -prune -exec rm -rf {} +
