package io.evenkeel.remediation.postgres;

import io.evenkeel.remediation.incident.UnstorableException;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;

/**
 * Tells a refusal of the data from trouble of the database. SQLSTATE classes 22 (data exception) and 23 (integrity) are
 * the event's fault and stay so; everything else (connection 08, disk full 53100, shutdown 57P01, deadlock 40P01 …) is
 * worth another try (PostgreSQL 18, appendix A).
 */
final class Refusals {
    private Refusals() {}

    /** Runs the write and throws {@link UnstorableException} when the database refuses the data itself. */
    static void translating(String what, Runnable write) {
        try {
            write.run();
        } catch (DataAccessException e) {
            String state = sqlState(e);
            if (state != null && (state.startsWith("22") || state.startsWith("23"))) {
                throw new UnstorableException(
                        what + " refused by the database: "
                                + e.getMostSpecificCause().getMessage(),
                        e);
            }
            throw e;
        }
    }

    private static @Nullable String sqlState(DataAccessException e) {
        Throwable root = e.getMostSpecificCause();
        return root instanceof SQLException sql ? sql.getSQLState() : null;
    }
}
