-- frequency_total_insert records what is to be known of a count beside its words.
insert into frequency_total (kind, version, people, bearings, floor, rare)
values (@kind, @version, @people, @bearings, @floor, @rare)
