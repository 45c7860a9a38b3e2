#!/bin/sh
# Learns the built-in model again, from generated people and, if it is named, a set
# with known answers (a folder with residents.jsonl and queries.jsonl). The result
# is the same on every machine of one architecture.
#
#   model.sh PERSONS FOLDER [SET]
set -eu
persons=$1 folder=$2 labelled=${3-}
generate() {
	name=$1
	shift
	test -e "$folder/$name/queries.jsonl" || "$persons" generate --out "$folder/$name" "$@"
}
generate hard --n 20000 --seed 12 --queries 10000
generate everyday --n 20000 --seed 37 --queries 8000 --mix everyday
generate alone-names --n 3000 --seed 31 --queries 6000 --mix clumsy --alone --ask name,dob
generate alone-names-large --n 20000 --seed 33 --queries 6000 --mix clumsy --alone --ask name,dob
generate alone --n 5000 --seed 35 --queries 6000 --mix clumsy --alone
# The labelled set is of another generator, whose borough is to count as much as
# the two of ours.
set -- --hold 0.5
test -z "$labelled" || set -- "$@" --weigh 2.25,1,1,1,1,1
for home in $labelled "$folder"/hard "$folder"/alone-names "$folder"/alone-names-large "$folder"/alone "$folder"/everyday; do
	set -- "$@" --residents "$home/residents.jsonl" --queries "$home/queries.jsonl"
done
PERSONS_MATCHING_MODEL=match/published.json "$persons" train "$@" --name boroughs-5 --out match/model.json --about \
	"Weights learnt from 44,000 questions about made-up residents: boroughs of two generators, asked hard and everyday ones, and three registers without kin, asked about clumsily. Begun with published.json, whose m and u come from published figures."
