-- index_lock waits for all writes under way, and lets no other begin before the transaction ends.
lock table search_index in access exclusive mode
