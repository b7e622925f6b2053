-- Every page of the console asks what is open now; most findings are not.
create index finding_open on finding (updated_at) where closed_at is null;
