-- Notifications in the order of what they tell of. Their ids sort by the clock of whoever wrote them, and another worker's clock may be behind.
alter table notification add column journal_position bigint;
update notification n set journal_position = e.position from journal_entry e where e.id = n.journal_entry_id;
alter table notification alter column journal_position set not null;
create unique index notification_order on notification (member_id, journal_position);
