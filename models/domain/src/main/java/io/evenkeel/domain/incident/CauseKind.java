package io.evenkeel.domain.incident;

/** The cause vocabulary that runbooks match on. In files, CEL and JSON in lower case: {@code db_lock}. */
public enum CauseKind {
    BAD_DEPLOY,
    CRASH,
    HANG,
    CPU,
    MEMORY_LEAK,
    GC,
    DISK_SPACE,
    DISK_IO,
    NETWORK,
    DB_LOCK,
    DB_POOL,
    DEPENDENCY,
    TRAFFIC,
    RETRY_STORM,
    QUEUE,
    CREDENTIAL,
    CONFIGURATION,
    HARDWARE,
    TELEMETRY,
    UNKNOWN;

    /** The word used in files, CEL and JSON, for example {@code bad_deploy}. */
    public String word() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }

    /** The words an on-call engineer reads, for example {@code bad deploy}. */
    public String text() {
        return word().replace('_', ' ');
    }
}
