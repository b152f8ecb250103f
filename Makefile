# Two commands do everything: `make demo` runs the main job and serves it, `make test` passes the tests.
PORT ?= 8000
NAME ?= main_job
VENV := .venv
BIN := $(VENV)/bin
export SHUZHI_DATA_DIR ?= var

.PHONY: demo stop logs serve test check bench clean-data

# The stamp files make every step run once: a second `make demo` goes straight to the start.
$(VENV)/.made:
	@python3 -m venv $(VENV) || { echo "python3-venv is missing: installing it needs root (apt-get install python3-venv)"; \
	  rm -rf $(VENV); apt-get install -y -q python3-venv && python3 -m venv $(VENV); }
	@touch $@

$(VENV)/.installed: $(VENV)/.made pyproject.toml constraints.txt
	$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt -e .
	@touch $@

# All at once: what the program needs is among what its tests need. Python compiles what is used when it is used first:
# to compile all of it takes two fifths of the installing.
$(VENV)/.tools: $(VENV)/.made pyproject.toml constraints.txt
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-compile -c constraints.txt -e '.[postgres,oidc,dev]'
	@touch $(VENV)/.installed $@

demo: $(VENV)/.installed
	@$(BIN)/shuzhi demo up --port $(PORT)

stop:
	@[ ! -x $(BIN)/shuzhi ] || $(BIN)/shuzhi stop

logs:
	@tail -n 50 -F $(SHUZHI_DATA_DIR)/run/shuzhi.log

serve: $(VENV)/.installed
	@$(BIN)/shuzhi setup
	@$(BIN)/shuzhi serve --port $(PORT)

# The tests start the program a hundred times: what Python has compiled is kept, also where a machine asks it not to.
test: export PYTHONDONTWRITEBYTECODE =
test: $(VENV)/.tools
	$(BIN)/python -m pytest -n auto --dist loadgroup $(ARGS)

check: $(VENV)/.tools
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest tests/architecture

bench: $(VENV)/.tools
	$(BIN)/python -m benchmarks.$(NAME)

clean-data: stop
	rm -rf $(SHUZHI_DATA_DIR)
