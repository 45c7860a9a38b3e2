#!/bin/sh
# Makes the secrets of docker-compose.yml that are not there yet, in the folder
# named. The folder is its owner's alone; the files are for whoever gets in, since
# each container reads them as a user of its own.
set -eu
umask 022
mkdir -p "$1"
chmod 0700 "$1"
cd "$1"
for name in postgres_password elastic_password persons_password kibana_password; do
	[ -s $name ] || head -c 24 /dev/urandom | od -An -tx1 | tr -d ' \n' >$name
done
# The connection stays on the stack's own network.
[ -s postgres_url ] || echo "postgres://persons:$(cat postgres_password)@postgres:5432/persons?sslmode=disable" >postgres_url
# Whose tokens are believed: a YAML list that the installation fills.
[ -s access_issuers ] || echo '[]' >access_issuers
# The auditors' keys: auditor.pem opens what was searched for, and belongs with the
# auditors, not here.
if [ ! -s audit_public_key ]; then
	(umask 077 && openssl genpkey -algorithm X25519 -out auditor.pem)
	openssl pkey -in auditor.pem -pubout -out audit_public_key
	echo "give $1/auditor.pem to the auditors and remove it from here"
fi
