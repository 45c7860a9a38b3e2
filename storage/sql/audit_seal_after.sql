-- audit_seal_after reads links of the chain over the audit's events, in order.
select * from audit_seal where number > @after order by number limit @limit
