-- Whoever connects could make tables of their own here: before Postgres 15 in
-- the schema, and until today temporary ones.
revoke create on schema {schema} from public;
revoke temporary on database {database} from public;
-- A role that was given more before is left with what follows.
revoke all on all tables in schema {schema} from {role};
revoke all on all sequences in schema {schema} from {role};
revoke all on all functions in schema {schema} from {role};
revoke all on schema {schema} from {role};
grant connect on database {database} to {role};
