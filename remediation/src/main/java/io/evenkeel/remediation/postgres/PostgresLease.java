package io.evenkeel.remediation.postgres;

import io.evenkeel.remediation.incident.Lease;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Hands out leases from one row per name, on the database's clock alone: holders' clocks may differ. Guarantee: at most
 * one owner holds a name at any time on that clock, and the epoch an owner was given is never given again. Safe for use
 * by many threads and processes; a paused holder finds out by its epoch, see {@link #holds}.
 */
public final class PostgresLease {
    private final JdbcClient jdbc;

    public PostgresLease(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * Takes the lease if it is free, run out, or already this owner's (then it is renewed and keeps its epoch).
     *
     * @param ttl how long it stays without renewal, for example 10 s
     * @return empty when somebody else holds it
     */
    public Optional<Lease> acquire(String name, String owner, Duration ttl) {
        return jdbc.sql("""
                insert into lease as l (name, owner, epoch, until)
                values (:name, :owner, 1, clock_timestamp() + make_interval(secs => :seconds))
                on conflict (name) do update
                   set owner = excluded.owner,
                       epoch = case when l.owner = excluded.owner and l.until > clock_timestamp()
                                    then l.epoch else l.epoch + 1 end,
                       until = excluded.until
                 where l.owner = excluded.owner or l.until <= clock_timestamp()
                returning name, owner, epoch, until""")
                .param("name", name)
                .param("owner", owner)
                .param("seconds", ttl.toMillis() / 1000.0)
                .query((row, n) -> new Lease(
                        row.getString("name"),
                        row.getString("owner"),
                        row.getLong("epoch"),
                        row.getObject("until", OffsetDateTime.class).toInstant()))
                .optional();
    }

    /** True while exactly this lease is in force: same owner, same epoch, not run out. Locks nothing. */
    public boolean holds(Lease lease) {
        return jdbc.sql("""
                select count(*) from lease
                 where name = :name and owner = :owner and epoch = :epoch and until > clock_timestamp()""")
                        .param("name", lease.name())
                        .param("owner", lease.owner())
                        .param("epoch", lease.epoch())
                        .query(Integer.class)
                        .single()
                == 1;
    }

    /** Gives it back early, so that another process need not wait. Does nothing if it has passed on meanwhile. */
    public void release(Lease lease) {
        jdbc.sql("""
                update lease set until = clock_timestamp()
                 where name = :name and owner = :owner and epoch = :epoch""")
                .param("name", lease.name())
                .param("owner", lease.owner())
                .param("epoch", lease.epoch())
                .update();
    }
}
