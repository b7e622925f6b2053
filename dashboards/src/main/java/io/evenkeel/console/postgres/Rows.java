package io.evenkeel.console.postgres;

import io.evenkeel.wire.event.EventJson;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/** Reads columns as the domain's types. */
final class Rows {
    private Rows() {}

    static Instant instant(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    static @Nullable Instant instantOrNull(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }

    static @Nullable Long longOrNull(ResultSet row, String column) throws SQLException {
        long value = row.getLong(column);
        return row.wasNull() ? null : value;
    }

    /** NaN for SQL null. */
    static double doubleOrNaN(ResultSet row, String column) throws SQLException {
        double value = row.getDouble(column);
        return row.wasNull() ? Double.NaN : value;
    }

    static <T> @Nullable T jsonOrNull(ResultSet row, String column, Class<T> type) throws SQLException {
        String json = row.getString(column);
        return json == null ? null : EventJson.read(json.getBytes(StandardCharsets.UTF_8), type);
    }

    static <T> T json(ResultSet row, String column, Class<T> type) throws SQLException {
        return EventJson.read(row.getString(column).getBytes(StandardCharsets.UTF_8), type);
    }
}
