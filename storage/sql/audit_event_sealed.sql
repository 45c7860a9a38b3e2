-- audit_event_sealed reads the events of a month that a seal covers.
select *
from audit_event
where id >= lower(@events::int8multirange) and id < upper(@events::int8multirange) and @events::int8multirange @> id
    and at >= @from and at < @to
order by id, at
