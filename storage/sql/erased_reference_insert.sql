-- erased_reference_insert keeps hashes of references whose bearer is erased.
insert into erased_reference (hash) select unnest(@hashes::bytea[])
on conflict do nothing
