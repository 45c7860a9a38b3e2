-- duplicate_check_settle removes somebody who was compared, unless they were written again since.
delete from duplicate_check where person_id = @person_id and due_at = @due_at
