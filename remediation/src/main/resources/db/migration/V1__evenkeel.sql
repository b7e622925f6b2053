-- Evenkeel's one truth about incidents, repairs, people's decisions and history.
-- Times are UTC. Enumerations are the names of the Java enums. JSON columns hold domain records as the wire writes them.

create table incident (
  number         bigint generated always as identity primary key,  -- shown as INC-<number>; URLs live for ever
  id             text not null unique,                             -- the correlation job's stable id
  environment    text not null,
  state          text not null check (state in ('OPEN','MITIGATED','RESOLVED','SUPERSEDED','MERGED')),
  severity       text not null check (severity in ('SEV1','SEV2','SEV3')),
  pages          boolean not null,
  title          text not null,
  onset          timestamptz not null,
  onset_from     timestamptz not null,
  onset_to       timestamptz not null,
  detected_at    timestamptz not null,
  received_at    timestamptz not null default clock_timestamp(),
  updated_at     timestamptz not null default clock_timestamp(),
  acknowledged_by text,
  acknowledged_at timestamptz,
  mitigated_at   timestamptz,                                      -- when the harmed signal re-entered its frozen band
  resolved_at    timestamptz,
  resolved_by    text,
  closed_by_job_at timestamptz,                                    -- all members closed, as the job sees it
  merged_into    bigint references incident(number),
  reopens        bigint references incident(number),
  cause          text not null default 'UNKNOWN',
  cause_service  text,                                             -- ServiceKey.id()
  confidence     double precision,
  calibrated     boolean not null default false,
  harm           jsonb,
  suspects       jsonb not null default '[]',
  changes        jsonb not null default '[]',
  edges          jsonb not null default '[]',
  acted_on       boolean not null default false,                   -- somebody or something acted: never superseded by a replay
  needs_person   text,                                             -- why a person must look, null when nobody must
  epoch          bigint not null,
  sequence       bigint not null,
  -- A resolved incident that comes back is a new row '<job id>~<n>' which the job's next versions go to.
  job_id         text generated always as (split_part(id, '~', 1)) stored,
  superseded_by  text                                              -- the job's word: id that replaced it, '' for none, null while confirmed
);
create index incident_by_state on incident (state, detected_at desc);
create index incident_by_job on incident (job_id, number desc);

create table finding (
  id           text primary key,
  kind         text not null,
  signal       text not null,
  service      text not null,
  environment  text not null,
  direction    text not null,
  onset        timestamptz not null,
  onset_from   timestamptz not null,
  onset_to     timestamptz not null,
  opened_at    timestamptz not null,
  updated_at   timestamptz not null,
  closed_at    timestamptz,
  ending       text,
  score        double precision not null,
  value        double precision not null,
  expected     double precision not null,
  lower        double precision not null,
  upper        double precision not null,
  impact       double precision not null,
  impact_unit  text not null,
  band         jsonb,
  evidence     jsonb,
  exemplars    jsonb not null default '[]',
  attributes   jsonb not null default '{}',
  young_baseline boolean not null,
  epoch        bigint not null,
  sequence     bigint not null
);
create index finding_by_time on finding (opened_at desc);

-- A member may arrive before its finding does: no foreign key to finding.
create table incident_member (
  incident bigint not null references incident(number) on delete cascade,
  finding  text not null,
  kind     text not null,
  signal   text not null,
  role     text not null,
  onset    timestamptz not null,
  reason   text not null,
  closed_at timestamptz,                 -- as the incident's version says; the finding's own row may come later
  ending   text,
  primary key (incident, finding)
);
create index incident_member_by_finding on incident_member (finding);

create table signal (
  id         text primary key,
  environment text not null,
  service    text not null,
  kind       text not null,
  callee     text not null default '',
  operation  text not null default '',
  slot       text not null default '',
  metric     text not null,
  attributes text not null default '',
  first_seen timestamptz not null,
  last_seen  timestamptz not null
);

create table rollup (
  signal   text not null,
  start    timestamptz not null,
  width    smallint not null,            -- seconds: 10 or 60
  count    bigint not null,
  value    double precision not null,
  expected double precision not null,
  lower    double precision not null,
  upper    double precision not null,
  revision bigint not null,
  primary key (signal, start, width)
) partition by range (start);
create table rollup_default partition of rollup default;

-- When data of an environment last came in: the control plane's own eye for blindness, independent of the jobs.
create table data_arrival (
  environment text primary key,
  arrived_at  timestamptz not null,      -- on the control plane's clock
  newest      timestamptz not null       -- end of the newest golden window
);

create table change_event (
  id           text primary key,
  environment  text not null,
  service      text not null,
  kind         text not null,
  from_version text not null,
  to_version   text not null,
  at           timestamptz not null,
  source       text not null,
  text         text not null,
  received_at  timestamptz not null default clock_timestamp()
);
create index change_event_by_time on change_event (at desc);

create table call_edge (
  id               text primary key,
  environment      text not null,
  caller           text not null,
  callee           text not null,
  protocol         text not null,
  calls_per_second double precision not null,
  last_seen        timestamptz not null
);

create table timeline (
  id          bigint generated always as identity primary key,
  incident    bigint not null references incident(number) on delete cascade,
  at          timestamptz not null,       -- when it happened
  recorded_at timestamptz not null default clock_timestamp(),
  kind        text not null check (kind in ('onset','detected','finding','change','cause','proposed','approval','action','verification',
                                            'page','acknowledged','note','state','escalated','feedback')),
  text        text not null,
  actor       text not null,              -- user name, or 'evenkeel'
  finding     text,
  change      text,
  execution   uuid,
  dedupe      text not null,              -- the same fact told twice is one row
  starred     boolean not null default false,
  unique (incident, dedupe)
);
create index timeline_by_incident on timeline (incident, at, id);

create table runbook_version (
  hash      text primary key,             -- SHA-256 of the file's bytes, hex
  name      text not null,
  source    text not null,
  loaded_at timestamptz not null default clock_timestamp()
);

create table execution (
  id            uuid primary key,
  incident      bigint not null references incident(number),
  environment   text not null,
  runbook       text not null,
  runbook_hash  text not null references runbook_version(hash),
  cause         text not null,
  state         text not null,
  risk          text not null,
  trust         text not null,
  gate          jsonb not null,           -- {outcome, trust, risk, reasons[], rules[], quorum, roles[], grant{runbook, environment, level, by, reason, until, file, line}|null}
  plan          jsonb not null,           -- {title, why, undo, targets[{service, instance, text}], diff[{op, text}], steps[…], preconditions[{text, question, held, value}], verify{…}}
  digest        text not null,            -- SHA-256 hex of what is approved
  dedupe        text not null unique,     -- incident + runbook + targets + attempt window
  requested_by  text not null,
  requested_at  timestamptz not null default clock_timestamp(),
  expires_at    timestamptz,              -- of the approval or the veto window
  deadline_at   timestamptz,              -- of the whole run
  started_at    timestamptz,
  ended_at      timestamptz,
  verdict       text,
  verdict_text  text,
  verified_at   timestamptz,
  state_text    text not null default '', -- why it is in this state, for people
  lease_owner   text,
  lease_epoch   bigint not null default 0,
  lease_until   timestamptz,
  next_check_at timestamptz,              -- earliest time at which the worker should look again
  lock_key      text not null default '', -- runs with the same key never overlap; cooldown and repeats count by it
  asks          int not null default 1,   -- how often people were asked: part of the digest
  ended_by      text,                     -- user, 'evenkeel' or 'stop'
  updated_at    timestamptz not null default clock_timestamp()
);
create index execution_open on execution (next_check_at) where ended_at is null;
create index execution_by_incident on execution (incident, requested_at);
create index execution_by_runbook on execution (runbook, environment, lock_key) where started_at is not null;

create table execution_step (
  execution     uuid not null references execution(id),
  ordinal       int not null,
  name          text not null,
  executor      text not null,            -- verb, such as supervisor.rollback
  token         uuid not null unique,     -- Idempotency-Key of the effect
  undo_token    uuid not null unique,
  state         text not null,
  target        jsonb not null default '{}',
  parameters    jsonb not null default '{}',
  before        jsonb,                    -- snapshot taken with the intent
  result        jsonb,
  error         text,
  intent_at     timestamptz,
  dispatched_at timestamptz,
  ended_at      timestamptz,
  lease_epoch   bigint not null default 0,
  attempts      int not null default 0,   -- times the effect was sent
  undo_attempts int not null default 0,   -- times the undo was sent
  undone_at     timestamptz,
  primary key (execution, ordinal)
);

create table approval (
  id        bigint generated always as identity primary key,
  execution uuid not null references execution(id),
  digest    text not null,
  decision  text not null check (decision in ('approve','deny')),
  by        text not null,
  role      text not null,
  reason    text not null,
  at        timestamptz not null default clock_timestamp(),
  unique (execution, digest, by)
);

create table lease (
  name  text primary key,
  owner text not null,
  epoch bigint not null,
  until timestamptz not null
);

create table target_lock (
  target    text primary key,
  execution uuid not null references execution(id),
  epoch     bigint not null,
  taken_at  timestamptz not null default clock_timestamp()
);

create table stop_flag (
  scope      text primary key,            -- 'global', 'env:<e>', 'executor:<x>', 'runbook:<r>'
  by         text not null,
  reason     text not null,
  at         timestamptz not null default clock_timestamp(),
  release_asked_by text
);

create table audit (
  seq       bigint primary key,
  at        timestamptz not null,
  actor     text not null,
  action    text not null,
  subject   text not null,
  detail    text not null,                -- canonical JSON: keys ascending, no blanks
  prev_hash text not null,                -- hex SHA-256
  hash      text not null
);

create table app_user (
  name          text primary key,
  password_hash text not null,
  role          text not null check (role in ('viewer','responder','approver','admin')),
  created_at    timestamptz not null default clock_timestamp(),
  disabled      boolean not null default false
);

create table api_token (
  name       text primary key,
  token_hash text not null unique,        -- SHA-256 hex of the token
  role       text not null check (role in ('viewer','responder','approver','admin')),
  created_at timestamptz not null default clock_timestamp()
);

create table notification (
  id              uuid primary key,
  incident        bigint not null references incident(number),
  route           text not null,
  event           text not null default 'opened',  -- opened, reopened, mitigated, resolved, needs_person, approval
  dedupe          text not null unique,    -- incident + route + event: the same news goes out once
  payload         text not null,
  state           text not null check (state in ('pending','sent','failed')),
  attempts        int not null default 0,
  next_attempt_at timestamptz not null default clock_timestamp(),
  sent_at         timestamptz,
  acknowledged_at timestamptz,
  nonce           text not null unique,   -- acknowledges once, by POST
  last_error      text
);

create table outcome (
  incident   bigint not null references incident(number),
  cause      text not null,
  raw        double precision not null,   -- confidence that was shown
  was_right  boolean not null,
  source     text not null,               -- 'feedback' or 'verification'
  at         timestamptz not null default clock_timestamp(),
  primary key (incident, source)
);

-- What people decided, until the brokers have it: written with the decision, gone when it is sent.
create table feedback_outbox (
  seq     bigint generated always as identity primary key,
  payload jsonb not null                  -- Feedback as the wire writes it
);

create table postmortem (
  incident     bigint primary key references incident(number),
  markdown     text not null,
  html         text not null,
  generated_at timestamptz not null default clock_timestamp(),
  revision     int not null default 1
);

create table live_event (
  seq      bigint generated always as identity primary key,
  at       timestamptz not null default clock_timestamp(),
  kind     text not null,                 -- 'incident', 'execution', 'finding', 'health'
  incident bigint,
  ref      text not null default ''
);

create table config_state (
  id         int primary key check (id = 1),
  hash       text not null,
  loaded_at  timestamptz not null,
  error      text                         -- of the last load that failed; the last good one stays in force
);

-- What the console may read -------------------------------------------------------------------------------------------

create view console_incident as
select i.*,
       (select count(*) from incident_member m where m.incident = i.number) as member_count,
       (select count(*) from incident_member m join finding f on f.id = m.finding
         where m.incident = i.number and f.closed_at is null) as open_member_count,
       (select count(*) from execution e where e.incident = i.number and e.state = 'AWAITING_APPROVAL') as waiting_approvals,
       exists (select 1 from postmortem p where p.incident = i.number) as has_postmortem
from incident i;

create view console_member as
select m.incident, m.role, m.reason, m.finding as id, m.kind, m.signal, m.onset,
       f.service, f.environment, f.direction, f.onset_from, f.onset_to, f.opened_at, f.updated_at, f.closed_at, f.ending,
       f.score, f.value, f.expected, f.lower, f.upper, f.impact, f.impact_unit, f.band, f.evidence, f.exemplars, f.attributes,
       f.young_baseline
from incident_member m left join finding f on f.id = m.finding;

create view console_finding as select * from finding;

create view console_timeline as select * from timeline;

create view console_execution as
select e.*,
       (select coalesce(jsonb_agg(jsonb_build_object(
                 'ordinal', s.ordinal, 'name', s.name, 'executor', s.executor, 'state', s.state, 'token', s.token,
                 'before', s.before, 'result', s.result, 'error', s.error,
                 'intentAt', s.intent_at, 'dispatchedAt', s.dispatched_at, 'endedAt', s.ended_at) order by s.ordinal), '[]')
          from execution_step s where s.execution = e.id) as steps,
       (select coalesce(jsonb_agg(jsonb_build_object('decision', a.decision, 'by', a.by, 'role', a.role, 'reason', a.reason, 'at', a.at)
                 order by a.id), '[]') from approval a where a.execution = e.id and a.digest = e.digest) as decisions,
       (select count(*) from execution r where r.runbook = e.runbook and r.environment = e.environment
          and r.id <> e.id and r.verdict is not null) as earlier_runs,
       (select count(*) from execution r where r.runbook = e.runbook and r.environment = e.environment
          and r.id <> e.id and r.verdict = 'RECOVERED') as earlier_recovered
from execution e;

create view console_rollup as select * from rollup;

create view console_signal as
select s.*, r.start as latest_start, r.width, r.count, r.value, r.expected, r.lower, r.upper
from signal s
left join lateral (select * from rollup r where r.signal = s.id and r.start > s.last_seen - interval '5 minutes'
                   order by r.start desc, r.width limit 1) r on true;

create view console_change as select * from change_event;
create view console_edge as select * from call_edge;
create view console_audit as select * from audit;
create view console_runbook as
select name, hash, source, loaded_at from (
  select r.*, row_number() over (partition by name order by loaded_at desc) as rank from runbook_version r) v where rank = 1;
create view console_postmortem as select * from postmortem;
create view console_event as select * from live_event;
create view console_stop as select * from stop_flag;
create view console_config as select * from config_state;
create view console_notification as
select id, incident, route, state, attempts, sent_at, acknowledged_at, last_error from notification;

create view console_health as
select coalesce((select max(newest) from data_arrival),
                (select max(start + make_interval(secs => width)) from rollup where start > clock_timestamp() - interval '1 day')) as newest_data,
       clock_timestamp() as now,
       (select count(*) from incident where state in ('OPEN','MITIGATED')) as open_incidents,
       (select count(*) from execution where state = 'AWAITING_APPROVAL') as waiting_approvals,
       (select count(*) from stop_flag) as stops_engaged,
       (select count(*) from signal where last_seen > clock_timestamp() - interval '5 minutes') as live_signals;
