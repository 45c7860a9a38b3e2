-- audit_tend makes the audit's tables of the months to come, and tidies its indexes.
select audit_tend()
