-- frequency_read reads the last count of names and dates of birth, a row each kind: one look, so that all are of one version.
select t.kind, t.version, t.people, t.bearings, t.floor, t.rare,
    array(select f.word from frequency f where f.kind = t.kind order by f.word) as words,
    array(select f.people from frequency f where f.kind = t.kind order by f.word) as counts
from frequency_total t
order by t.kind
