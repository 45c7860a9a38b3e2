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
	for _ in $(seq 60); do
		engine_answers && return
		sleep 1
	done
	say "the engine does not start:"
	tail -n 20 "$work/dockerd.log" >&2
	exit 1
}

stop_engine() {
	[ -e "$work/dockerd.pid" ] || return 0
	say "stopping the Docker engine"
	pid=$(cat "$work/dockerd.pid")
	kill "$pid"
	for _ in $(seq 60); do
		kill -0 "$pid" 2>/dev/null || break
		sleep 1
	done
}

# An image that is neither here nor to be had from a registry.
missing() { ! docker image inspect "$1" >/dev/null 2>&1 && ! timeout 120 docker pull -q "$1" >/dev/null 2>&1; }
