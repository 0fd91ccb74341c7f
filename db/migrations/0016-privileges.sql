-- Which Pod Security Standard the namespace enforces, and whether its default NetworkPolicy is applied. Both are set when the
-- platform makes a namespace; those that were there before, or were imported, run pods that may need what they forbid.
alter table namespace add column pod_security text check (pod_security in ('PRIVILEGED', 'BASELINE', 'RESTRICTED'));
alter table namespace add column is_isolated boolean not null default false;
-- Apps that run already go on as they are: as the image's user, root or not, with what runtimes give it by themselves. What was
-- never approved gets what every new app gets.
update app_revision
  set spec = spec || '{"security": {"runAsUser": null, "runAsRoot": true, "capabilities": ["AUDIT_WRITE", "CHOWN",
    "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "SETFCAP", "SETGID", "SETPCAP", "SETUID",
    "SYS_CHROOT"]}}'
  where not spec ? 'security' and app_id in (select id from app where approved_revision_id is not null);
