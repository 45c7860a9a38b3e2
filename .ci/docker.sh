#!/bin/sh
# Runs the tests of storage, indexer and the whole program on containers, and then
# the program's own image by docker-compose.yml. Where no registry can be reached,
# stand-in images are built for Postgres, Elasticsearch and the binary: from
# Debian's packages, the Elasticsearch that localstack fetches, and this machine's
# Go. As root on Debian it installs what it needs; it starts a Docker engine where
# none runs, and stops it again.
set -eu
cd "$(dirname "$0")/.."
work=$PWD/.local/docker
localstack=.local/bin/localstack
engine= # the process of the engine, if it is ours
mkdir -p "$work"

say() { echo "test-docker: $*" >&2; }

install() {
	[ "$(id -u)" = 0 ] || { say "run  sudo apt-get install $*"; exit 1; }
	say "installing $*"
	apt-get update -qq
	DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

# The engine's own client: another one on the PATH may lack BuildKit.
docker() {
	if [ -x /usr/bin/docker ]; then DOCKER_BUILDKIT=1 /usr/bin/docker "$@"; else DOCKER_BUILDKIT=1 command docker "$@"; fi
}

engine_answers() { docker info >/dev/null 2>&1; }

start_engine() {
	engine_answers && return
	command -v dockerd >/dev/null || install docker.io iptables
	say "starting a Docker engine"
	setsid dockerd --pidfile "$work/dockerd.pid" >"$work/dockerd.log" 2>&1 &
	engine=$!
	for _ in $(seq 60); do
		engine_answers && return
		sleep 1
	done
	say "the engine does not start:"
	tail -n 20 "$work/dockerd.log" >&2
	exit 1
}

# Only what this started is stopped.
stop_engine() {
	[ -n "$engine" ] || return 0
	say "stopping the Docker engine"
	kill "$engine" && wait "$engine" || true
}

# Whether any of the official images is neither here nor to be had.
registry_missing() {
	for image in $(sed -n 's/^ *image: \(.*:.*\)$/\1/p' docker-compose.yml | sort -u); do
		docker image inspect "$image" >/dev/null 2>&1 || timeout 300 docker pull -q "$image" >/dev/null 2>&1 || return 0
	done
	return 1
}

# A root of Debian with what both stand-ins run, kept for the next time.
stand_in_base() {
	docker image inspect persons-stand-in-base >/dev/null 2>&1 && return
	command -v debootstrap >/dev/null || install debootstrap
	say "making a root of Debian for the stand-in images (2 minutes)"
	root=$work/root
	rm -rf "$root"
	debootstrap --variant=minbase --include=postgresql,default-jre-headless,curl \
		"$(. /etc/os-release && echo "$VERSION_CODENAME")" "$root" >"$work/debootstrap.log" ||
		{ tail -n 20 "$work/debootstrap.log" >&2; exit 1; }
	tar -C "$root" -c --exclude='./proc/*' --exclude='./sys/*' --exclude=./usr/share/doc --exclude=./usr/share/locale \
		--exclude='./var/lib/apt/lists/*' --exclude=./var/cache/apt . | docker import - persons-stand-in-base >/dev/null
	rm -rf "$root"
}

stand_in_images() {
	stand_in_base
	say "building the stand-in images"
	context=$work/context
	rm -rf "$context"
	mkdir -p "$context"
	cp .ci/docker/*-entrypoint "$context"
	cp -r "$($localstack fetch)" "$context/elasticsearch"
	docker build -q -t persons-stand-in-postgres -f - "$context" >/dev/null <<-'END'
		FROM persons-stand-in-base
		COPY postgres-entrypoint /usr/local/bin/docker-entrypoint.sh
		RUN install -d -o postgres -g postgres -m 0700 /var/lib/postgresql/data
		VOLUME /var/lib/postgresql/data
		EXPOSE 5432
		ENTRYPOINT ["docker-entrypoint.sh"]
	END
	docker build -q -t persons-stand-in-elasticsearch -f - "$context" >/dev/null <<-'END'
		FROM persons-stand-in-base
		COPY elasticsearch /usr/share/elasticsearch
		COPY elasticsearch-entrypoint /usr/local/bin/docker-entrypoint.sh
		RUN install -d -o 1000 -g 0 -m 0770 /usr/share/elasticsearch/data
		USER 1000:0
		EXPOSE 9200
		ENTRYPOINT ["docker-entrypoint.sh"]
	END
	# The binary from this machine's Go, and the certificates this machine trusts.
	CGO_ENABLED=0 go build -trimpath -buildvcs=false -ldflags='-s -w' -o "$context/persons" ./cmd/persons
	cp -L /etc/ssl/certs/ca-certificates.crt "$context"
	docker build -q -t persons-binary -f - "$context" >/dev/null <<-'END'
		FROM scratch
		COPY persons /persons
		COPY ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
	END
	rm -rf "$context"
}

remove_test_servers() {
	servers=$(docker ps --all --quiet --filter label=personindex.test)
	# shellcheck disable=SC2086 # one word an id
	[ -z "$servers" ] || docker rm --force --volumes $servers >/dev/null
}

run_tests() {
	say "running tests on containers"
	unset PERSONS_TEST_POSTGRES_URL PERSONS_TEST_ELASTICSEARCH_URLS
	PERSONS_TEST_STACK=docker go test -count=1 -timeout 30m ./storage/... ./indexer/... ./cmd/persons
	remove_test_servers
}

# compose runs docker-compose.yml under a name, a port and secrets of its own.
compose() {
	if docker compose version >/dev/null 2>&1; then
		docker compose --project-name persons-test $files "$@"
	else
		command -v docker-compose >/dev/null || install docker-compose
		docker-compose --project-name persons-test $files "$@"
	fi
}

run_stack() {
	say "running docker-compose.yml"
	sh .ci/secrets.sh "$work/secrets"
	export SECRETS_DIR="$work/secrets" API_PORT=$((20000 + $$ % 10000)) KIBANA_PORT=$((30000 + $$ % 10000))
	key=$(compose run --rm -T api api-key create --name test --role reader,writer --expires 1d | grep -o 'pk_[A-Za-z0-9_-]*')
	# shellcheck disable=SC2086 # a list of words
	compose up -d $build $services
	for service in $services; do await_healthy "$service"; done
	api=http://127.0.0.1:$API_PORT
	curl --silent --show-error --fail "$api/readyz"
	echo
	curl --silent --show-error --fail --output /dev/null --header 'Content-Type: application/json' \
		--header "Authorization: Bearer $key" \
		--data '{"forename": "Ada", "surname": "Exampel", "dateOfBirth": "1989-10-11"}' "$api/persons"
	answer=$(curl --silent --show-error --fail --user "test:$key" "$api/persons?firstName=Ada&lastName=Example&dateOfBirth=11/10/1989")
	case $answer in
	*'"surname":"Exampel"'*'"degraded":false'*) say "a search finds who was just created" ;;
	*) say "a search answers $answer"; exit 1 ;;
	esac
	compose stop
}

await_healthy() {
	for _ in $(seq 90); do
		# shellcheck disable=SC2046 # one word
		[ "$(docker inspect --format '{{.State.Health.Status}}' $(compose ps --quiet "$1"))" != healthy ] || return 0
		sleep 2
	done
	say "$1 does not become healthy"
	compose logs --tail 30 "$1" >&2
	exit 1
}

# Nothing is left running, however this ends.
finish() {
	status=$?
	trap - EXIT
	if engine_answers; then
		remove_test_servers
		[ -z "${SECRETS_DIR:-}" ] || compose down --volumes >/dev/null 2>&1 || true
	fi
	stop_engine
	exit $status
}

trap finish EXIT
trap 'exit 130' INT TERM
start_engine
if registry_missing; then
	say "no registry: stand-in images take the place of the official ones"
	stand_in_images
	docker build -q --build-arg BINARY=persons-binary -t persons-stand-in . >/dev/null
	export PERSONS_TEST_POSTGRES_IMAGE=persons-stand-in-postgres PERSONS_TEST_ELASTICSEARCH_IMAGE=persons-stand-in-elasticsearch
	files="--file docker-compose.yml --file .ci/docker/compose.yml" build=--no-build services="api indexer"
else
	files="--file docker-compose.yml" build=--build services="api indexer kibana"
fi
run_tests
run_stack
say "all is well"
