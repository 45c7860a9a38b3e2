-- statement_unbounded lifts the time limit of statements until the transaction ends.
set local statement_timeout = 0
