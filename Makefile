# `make check` is exactly what CI runs. `make test` needs nothing but Go.

GO      ?= go
PACKAGES := ./...

# The one tool that is not Go itself. It is used from PATH or GOPATH when it has this
# version, and installed into .tools otherwise (about two minutes, once).
GOLANGCI_VERSION := 2.15.0
GOLANGCI := .tools/golangci-lint-$(GOLANGCI_VERSION)

# The race detector needs a C compiler; without one the tests run without it, and say so.
CC_FOUND := $(shell command -v $${CC:-cc} 2>/dev/null || command -v gcc 2>/dev/null)
RACE     := $(if $(CC_FOUND),-race)

# .ci/run passes -v here, to count the tests.
TESTFLAGS ?=
TEST_TIMEOUT ?= 15m

.DEFAULT_GOAL := help

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "%-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: build
build: ## build bin/trailspan
	CGO_ENABLED=0 $(GO) build -trimpath -o bin/trailspan ./cmd/trailspan

.PHONY: man
man: ## write the manual pages into man/, in English and Japanese
	$(GO) run ./cmd/trailspan man --dir man/man1 --lang en
	$(GO) run ./cmd/trailspan man --dir man/ja/man1 --lang ja

.PHONY: test
test: ## run the tests; needs only Go
	$(GO) test -timeout $(TEST_TIMEOUT) $(TESTFLAGS) $(PACKAGES)

.PHONY: check
check: format vet lint walls docs cross race ## run exactly what CI runs

.PHONY: format
format: $(GOLANGCI) ## say which files fmt would change
	$(GOLANGCI) fmt --diff

.PHONY: fmt
fmt: $(GOLANGCI) ## format with gofumpt and goimports
	$(GOLANGCI) fmt

.PHONY: vet
vet: ## go vet
	$(GO) vet $(PACKAGES)

.PHONY: lint
lint: $(GOLANGCI) ## golangci-lint with .golangci.yml
	$(GOLANGCI) run

.PHONY: walls
walls: ## which package may use which, and what may not stand in the tree
	$(GO) test -count=1 -run 'TestHouse|TestWalls' .

.PHONY: docs
docs: ## papers that are not in step with the code
	$(GO) test -count=1 -run 'TestDocs' .

.PHONY: cross
cross: ## vet for Windows and macOS, and build program and tests for them
	$(call cross-build,windows)
	$(call cross-build,darwin)

# The tests are built and linked, and `true` runs in their place.
define cross-build
GOOS=$(1) CGO_ENABLED=0 $(GO) vet $(PACKAGES)
GOOS=$(1) CGO_ENABLED=0 $(GO) build -o /dev/null ./cmd/trailspan
GOOS=$(1) CGO_ENABLED=0 $(GO) test -vet=off -exec true -run '^$$' $(PACKAGES)
endef

.PHONY: race
race: ## run the tests with the race detector
	@$(if $(RACE),true,echo "no C compiler: the tests run WITHOUT the race detector")
	$(GO) test $(RACE) -timeout $(TEST_TIMEOUT) $(TESTFLAGS) $(PACKAGES)

.PHONY: nightly
nightly: ## the same by chance, thousands of times: random worlds, random kills
	TRAILSPAN_SEEDS=$${TRAILSPAN_SEEDS:-5000} $(GO) test -count=1 -timeout 60m $(TESTFLAGS) -run TestRandomWorlds ./internal/cli
	TRAILSPAN_KILLS=$${TRAILSPAN_KILLS:-500} $(GO) test -count=1 -timeout 60m $(TESTFLAGS) -run TestKilledAtRandom ./interop

.PHONY: bench
bench: ## measure; nothing here passes or fails by time
	$(GO) test -run '^$$' -bench . -benchmem -timeout 30m ./bench/...

.PHONY: clean
clean: ## remove what make made
	rm -rf bin man .tools

# The golangci-lint of this version: a link to the one that is installed, or our own.
$(GOLANGCI):
	@mkdir -p .tools
	@for found in "$$(command -v golangci-lint)" "$$($(GO) env GOPATH)/bin/golangci-lint"; do \
		if [ -x "$$found" ] && "$$found" version 2>/dev/null | grep -q 'version v\?$(GOLANGCI_VERSION) '; then \
			ln -sf "$$found" $@ && exit 0; \
		fi; \
	done; \
	echo "installing golangci-lint $(GOLANGCI_VERSION) into .tools (about two minutes, once)"; \
	GOBIN="$(CURDIR)/.tools" $(GO) install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v$(GOLANGCI_VERSION) && \
	mv .tools/golangci-lint $@
