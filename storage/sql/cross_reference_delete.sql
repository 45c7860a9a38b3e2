-- cross_reference_delete takes all references from a person.
delete from cross_reference where person_id = @person_id
