-- What each part of Evenkeel's own pipeline last told of itself (topic evenkeel.pipeline).
create table pipeline_report (
  part        text primary key,            -- 'door', 'detection'
  since       timestamptz not null,        -- its counts began then
  at          timestamptz not null,        -- told then, by its clock
  arrived_at  timestamptz not null,        -- stored then, by ours
  newest_data timestamptz,                 -- newest event time it took
  waiting     bigint not null,             -- records in Kafka still to be read, -1 unknown
  counts      jsonb not null               -- [{signal, unit, outcome, reason, count}]
);

create view console_pipeline as
select p.*, clock_timestamp() as now from pipeline_report p;
