package io.evenkeel.remediation.postgres;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Which version of the configuration directory is in force, and what is wrong with a newer one. */
public final class PostgresConfigState {
    private final JdbcClient jdbc;

    public PostgresConfigState(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * @param hash hash of the directory that is in force; of a bad one when there has been no good one yet
     * @param error all that is wrong with the directory as it lies there, one problem a line; null when it is in force
     */
    public void write(String hash, Instant loadedAt, @Nullable String error) {
        jdbc.sql("""
                insert into config_state as c (id, hash, loaded_at, error) values (1, :hash, :at, :error)
                on conflict (id) do update
                   set hash = case when excluded.error is null then excluded.hash else c.hash end,
                       loaded_at = case when excluded.error is null then excluded.loaded_at else c.loaded_at end,
                       error = excluded.error""")
                .param("hash", hash)
                .param("at", Times.of(loadedAt))
                .param("error", error)
                .update();
    }
}
