# The commands of the README. Everything installs into this folder's .venv and a per-user cache.
SHELL := /bin/bash
PYTHON ?= python3
NAME ?= sandbox
# The version that `make upgrade-test` upgrades from, and Debian's releases of `make slurm-test`.
FROM ?= 1.34.4
SUITES ?= trixie forky
EXTRA ?= /var/tmp/twinstack
VENV := .venv
TWINSTACK := $(VENV)/bin/twinstack
RUN := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help venv sandbox sandbox-down sandbox-shell tools check test lint unit end-to-end upgrade-test slurm-test benchmark lock clean

help: ## Show these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(VENV)/.installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "twinstack needs Python 3.11 or later: make PYTHON=python3.11 ...")'
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "Python lacks its venv module: apt-get install -y python3-venv" >&2; exit 1; }
	@echo "Installing the locked Python packages into $(VENV)"
	@$(PYTHON) -m venv $(VENV)
	@$(RUN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(RUN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

venv: $(VENV)/.installed ## Install the locked Python packages: all that pulumi needs of this project

sandbox: $(VENV)/.installed ## Stand up both stacks on this machine, for real
	@$(TWINSTACK) sandbox up --name $(NAME)

sandbox-down: $(VENV)/.installed ## Remove every trace of the sandbox
	@$(TWINSTACK) sandbox down --name $(NAME)

sandbox-shell: $(VENV)/.installed ## A shell that reaches the sandbox (pulumi, kubectl, ssh)
	@$(TWINSTACK) sandbox shell --name $(NAME)

tools: $(VENV)/.installed ## Find or build the pinned tools
	@$(TWINSTACK) tools build

lint: $(VENV)/.installed
	$(RUN)/ruff check .
	$(RUN)/ruff format --check .
	$(RUN)/mypy
	$(RUN)/lint-imports
	ANSIBLE_CONFIG=playbooks/ansible.cfg PATH="$(CURDIR)/$(RUN):$$PATH" $(RUN)/ansible-lint --offline -q playbooks

unit: $(VENV)/.installed
	$(RUN)/pytest -q -n 2 tests/unit tests/golden tests/architecture

check: lint unit ## Lint, types, contracts, unit and golden tests: seconds

end-to-end: $(VENV)/.installed
	$(TWINSTACK) sandbox prerequisites
	$(TWINSTACK) tools build
	$(RUN)/pytest -q -n 2 --dist loadgroup --durations=15 tests/provider tests/policies tests/sandbox

test: check end-to-end ## Everything, with real daemons

upgrade-test: $(VENV)/.installed ## Before a release: an upgrade from another Kubernetes (FROM=1.34.4)
	$(TWINSTACK) sandbox prerequisites
	$(TWINSTACK) tools build
	$(RUN)/python -m tests.sandbox.older_kubernetes $(FROM) $(EXTRA)/kubernetes-$(FROM)
	TWINSTACK_SUPPLIES=$(EXTRA)/kubernetes-$(FROM) $(RUN)/pytest -q tests/sandbox/test_kubernetes_upgrade.py

slurm-test: $(VENV)/.installed ## Before a release: daemons of other releases of Slurm
	for suite in $(SUITES); do \
	  test -x $(EXTRA)/$$suite/usr/sbin/slurmctld || $(RUN)/python -m tests.sandbox.slurm_roots $$suite $(EXTRA)/$$suite || exit 1; \
	done
	TWINSTACK_SLURM_ROOTS=$$(printf '$(EXTRA)/%s:' $(SUITES)) $(RUN)/pytest -q tests/sandbox/test_slurm_roots.py

benchmark: $(VENV)/.installed ## Print the benchmarks' figures
	$(RUN)/pytest -q -s tests/benchmarks

lock: ## Renew requirements.lock from pyproject.toml (needs pip-tools)
	pip-compile --quiet --upgrade --allow-unsafe --generate-hashes --extra dev --strip-extras --no-emit-index-url --no-emit-find-links --no-header -o requirements.lock pyproject.toml

clean: ## Remove the virtual environment and caches of this clone
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
