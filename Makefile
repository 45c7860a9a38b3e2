# What people do with this checkout. Servers, downloads and data live in .local/.

# Built, not go run: that turns every failure into exit status 1.
LOCALSTACK = .local/bin/localstack
PERSONS    = .local/bin/persons

.DEFAULT_GOAL := help
.PHONY: help run stop clean test test-all test-docker secrets lint bench eval model calibration compiler $(PERSONS) $(LOCALSTACK)

help: ## Say what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "make %-11s %s\n", $$1, $$2 }'

run: $(PERSONS) ## Start everything with sample residents and serve; Ctrl-C stops the service
	@exec $(PERSONS) dev run

stop: $(PERSONS) ## Stop the service and the servers that run started
	@$(PERSONS) dev stop

clean: $(PERSONS) ## Stop, and forget the data
	@$(PERSONS) dev clean

test: compiler lint $(LOCALSTACK) ## Run every test on real servers, with the race detector
	$(LOCALSTACK) run go test -race -timeout 40m ./...

test-all: compiler lint $(LOCALSTACK) ## Run the tests in their long forms too: fuzzing, and a register of 100,000
	$(LOCALSTACK) run sh .ci/long.sh

test-docker: $(LOCALSTACK) ## Run the tests of storage, indexer and program on containers, and the image by docker-compose.yml
	sh .ci/docker.sh

secrets: ## Make the passwords that docker-compose.yml reads, in secrets/
	@sh .ci/secrets.sh secrets

lint: ## Check formatting and suspicious code
	@test -z "$$(gofmt -l .)" || { echo "not formatted:"; gofmt -l .; exit 1; }
	go vet ./...

bench: $(LOCALSTACK) ## Measure searches, indexing and matching against the bare thing
	$(LOCALSTACK) run go test -run '^$$' -bench . -benchtime 1x -timeout 60m ./cmd/persons
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

# The race detector needs a C compiler.
compiler:
	@command -v gcc >/dev/null || if [ "$$(id -u)" = 0 ]; then \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq gcc libc6-dev >/dev/null; \
	else echo "the race detector needs gcc: run  sudo apt-get install gcc libc6-dev"; exit 1; fi
