#!/bin/sh
# Measures accuracy on every set in a folder: prints the details of each, and at
# the end one table, beside the best peer where docs/peers.tsv knows one. A set is
# a folder with residents.jsonl, queries.jsonl and, if its residents are laid out
# otherwise than generate writes them, map.yaml. Reliability diagrams are drawn
# into a second folder, if that is named, as reliability-SET.svg.
#
#   eval.sh PERSONS FOLDER [DRAWINGS]
set -eu
persons=$1 folder=$2 drawings=${3-}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
for queries in "$folder"/*/queries.jsonl; do
	test -e "$queries" || { echo "no set in $folder" >&2; exit 1; }
	home=${queries%/queries.jsonl}
	name=${home##*/}
	echo "== $name"
	set -- --residents "$home/residents.jsonl" --queries "$queries" --row "$scratch/row"
	test ! -e "$home/map.yaml" || set -- "$@" --map "$home/map.yaml"
	test -z "$drawings" || set -- "$@" --reliability "$drawings/reliability-$name.svg"
	"$persons" evaluate "$@"
	peer=$(awk -F '\t' -v name="$name" '$1 == name { print $2 }' docs/peers.tsv)
	echo "| $name | ${peer:--} $(cat "$scratch/row")" >>"$scratch/table"
	echo
done
echo '| set | best peer: hit@1 / R@1% | on file | questions with / without an answer | hit@1 | R@1% | told "exists", of people not on file | wrong, of the times told "certain" / "exists" | ECE | lost by retrieval / scoring | median |'
echo '|---|---|---|---|---|---|---|---|---|---|---|'
cat "$scratch/table"
