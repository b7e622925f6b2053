package io.evenkeel.launcher.postgres;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Tells a database that is away from one that refuses something. */
public final class ConnectionTrouble {
    private ConnectionTrouble() {}

    /** True when the database could not be reached, or went away, somewhere below this error. */
    public static boolean isIn(@Nullable Throwable error) {
        for (Throwable each = error; each != null; each = each.getCause()) {
            if (each instanceof SQLException sql && isAway(sql.getSQLState())) {
                return true;
            }
        }
        return false;
    }

    /** Class 08 is the connection, 57P the server going down or not up yet (PostgreSQL 18, appendix A). */
    private static boolean isAway(@Nullable String state) {
        return state != null && (state.startsWith("08") || state.startsWith("57P"));
    }
}
