-- listen lets a connection be woken.
listen persons_outbox
