-- notify wakes the indexers of all processes.
notify persons_outbox
