# What people do with this checkout. Servers, downloads and data live in .local/.

# Built, not go run: that turns every failure into exit status 1.
LOCALSTACK = .local/bin/localstack
PERSONS    = .local/bin/persons

# Built once for each version.
GOLANGCI_VERSION = 2.15.0
GOLANGCI         = .local/bin/golangci-lint-$(GOLANGCI_VERSION)
SCHEMATHESIS     = .local/schemathesis/bin/schemathesis

.DEFAULT_GOAL := help
.PHONY: help run stop clean test test-all test-docker secrets schemathesis check lint vulncheck licences bench eval model calibration compiler $(PERSONS) $(LOCALSTACK)

help: ## Say what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "make %-11s %s\n", $$1, $$2 }'

run: $(PERSONS) ## Start everything with sample residents and serve; Ctrl-C stops the service
	@exec $(PERSONS) dev run

stop: $(PERSONS) ## Stop the service and the servers that run started
	@$(PERSONS) dev stop

clean: $(PERSONS) ## Stop, and forget the data
	@$(PERSONS) dev clean

test: compiler check $(SCHEMATHESIS) $(LOCALSTACK) ## Run every test on real servers, with the race detector
	$(LOCALSTACK) run go test -race -tags schemathesis -timeout 40m ./...

test-all: compiler lint $(SCHEMATHESIS) $(LOCALSTACK) ## Run the tests in their long forms too: fuzzing, and a register of 100,000
	$(LOCALSTACK) run sh .ci/long.sh

test-docker: $(LOCALSTACK) ## Run the tests of storage, indexer and program on containers, and the image by docker-compose.yml
	sh .ci/docker.sh

secrets: ## Make the passwords that docker-compose.yml reads, in secrets/
	@sh .ci/secrets.sh secrets

schemathesis: $(SCHEMATHESIS) $(LOCALSTACK) ## Hold the service to its OpenAPI document with many made-up requests
	PERSONS_TEST_EXAMPLES=300 $(LOCALSTACK) run go test -tags schemathesis -count 1 -timeout 90m -run Schemathesis ./cmd/persons

check: # What every run of the tests begins with: formatting and go vet
	@test -z "$$(gofmt -l .)" || { echo "not formatted:"; gofmt -l .; exit 1; }
	go vet -tags schemathesis ./...

lint: check $(GOLANGCI) ## Check formatting, suspicious code, and who imports whom
	$(GOLANGCI) run --build-tags schemathesis ./...

vulncheck: ## Look for known vulnerabilities, where their database can be reached
	@sh .ci/vulncheck.sh

licences: ## Write docs/licences.md, and fail for a licence that we may not use
	@go run ./internal/licences >.local/licences.md && mv .local/licences.md docs/licences.md

bench: $(LOCALSTACK) ## Measure searches, indexing and matching against the bare thing
	$(LOCALSTACK) run go test -run '^$$' -bench . -benchtime 1x -timeout 60m ./cmd/persons
	$(LOCALSTACK) run go test -run '^$$' -bench Restriction -benchtime 1x ./storage
	$(LOCALSTACK) run go test -run '^$$' -bench Fill -benchtime 1x ./indexer
	go test -run '^$$' -bench . -benchmem ./match ./normalise

# A folder of sets to evaluate, each a folder with residents.jsonl, queries.jsonl
# and perhaps map.yaml.
EVAL_DIR ?= .local/eval

eval: $(PERSONS) ## Measure accuracy on every set in EVAL_DIR (default: a generated one)
	@test "$(EVAL_DIR)" != .local/eval || test -e .local/eval/generated/queries.jsonl || \
		$(PERSONS) generate --n 20000 --seed 7 --out .local/eval/generated
	@sh .ci/eval.sh $(PERSONS) "$(EVAL_DIR)"

# A set with known answers to learn from beside generated people, if there is one.
LABELLED ?=

model: $(PERSONS) ## Learn the built-in model again, from generated people and the set in the folder LABELLED
	@sh .ci/model.sh $(PERSONS) .local/model "$(LABELLED)"
	go test ./match -run TestQuality -update

# The seeds are those of no set that a model learnt from.
calibration: $(PERSONS) ## Hold the stated error rates and probabilities against 50,000 questions of each mix, and draw docs/reliability*.svg
	@$(PERSONS) generate --n 20000 --queries 50000 --seed 21 --mix hard --out .local/calibration/hard
	@$(PERSONS) generate --n 20000 --queries 50000 --seed 22 --mix everyday --out .local/calibration/everyday
	@sh .ci/eval.sh $(PERSONS) .local/calibration .local/calibration
	@cp .local/calibration/reliability-hard.svg docs/reliability.svg
	@cp .local/calibration/reliability-everyday.svg docs/reliability-everyday.svg

$(PERSONS):
	@go build -o $@ ./cmd/persons

$(LOCALSTACK):
	@go build -o $@ ./internal/localstack/cmd/localstack

$(GOLANGCI):
	@echo "building golangci-lint $(GOLANGCI_VERSION): once, for some minutes"
	@GOBIN=$(CURDIR)/.local/bin go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v$(GOLANGCI_VERSION)
	@mv .local/bin/golangci-lint $@

$(SCHEMATHESIS): .ci/schemathesis.txt
	@python3 -c 'import venv, ensurepip' 2>/dev/null || if [ "$$(id -u)" = 0 ]; then \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq python3-venv >/dev/null; \
	else echo "schemathesis needs Python: run  sudo apt-get install python3-venv"; exit 1; fi
	@python3 -m venv --clear .local/schemathesis
	@.local/schemathesis/bin/pip install --quiet --disable-pip-version-check -r $<
	@touch $@

# The race detector needs a C compiler.
compiler:
	@command -v gcc >/dev/null || if [ "$$(id -u)" = 0 ]; then \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq gcc libc6-dev >/dev/null; \
	else echo "the race detector needs gcc: run  sudo apt-get install gcc libc6-dev"; exit 1; fi
